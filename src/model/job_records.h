// Jobs and reports in the small database: what was asked for, what became of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/model.h"

namespace tradewind::model {

class JobRecords {
public:
    explicit JobRecords(os::Database& database) : database_(database) {}
    // Tables are there; jobs that the program's end cut off are over.
    Result<void> open(Timestamp now);

    // Gets its number.
    Result<Job> add(Job job, const json::Value& order);
    Result<void> update(const Job& job);
    Result<Job> find(std::int64_t id);
    Result<json::Value> order(std::int64_t id);
    Result<std::vector<Job>> list(std::int64_t limit);
    Result<void> drop_beyond(std::size_t kept);

    Result<void> add_report(
        const std::string& model, std::int64_t version, Timestamp at, const json::Value& report
    );
    // The newest of that version.
    Result<std::optional<json::Value>> report(const std::string& model, std::int64_t version);

private:
    os::Database& database_;
};

}  // namespace tradewind::model
