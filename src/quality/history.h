// Results of checks in meta.sqlite: a row for each run of a table's checks, and one for each check
// in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "os/database.h"
#include "quality/quality.h"

namespace tradewind::quality {

// One check's outcome in one run, oldest first where there are several.
struct TrailPoint {
    Timestamp checked_at;
    State state = State::Passed;
    std::int64_t failing = 0;
};
using Trails = std::map<std::string, std::vector<TrailPoint>>;  // by check

// Methods: any thread.
class History {
public:
    static Result<History> open(os::Database& database, std::size_t runs_kept);

    // Durable when it returns; the table's oldest runs go.
    Result<void> record(const Report& report);
    // The newest run of a table's checks.
    Result<std::optional<Report>> newest(const catalog::TableName& table);
    Result<Trails> trails(const catalog::TableName& table, std::size_t runs_max);
    // Newest first, over all tables: reports of one result each would be many, so rows.
    struct Line {
        catalog::TableName table;
        std::string package;
        std::string run;
        std::int64_t version = 0;
        bool candidate = false;
        Timestamp checked_at;
        CheckResult result;
    };
    // `newest_only`: of each table's newest run.
    Result<std::vector<Line>> lines(bool newest_only, std::int64_t lines_max);

private:
    History(os::Database& database, std::size_t runs_kept)
        : database_(&database), runs_kept_(runs_kept) {}
    Result<void> insert(const Report& report);
    Result<void> prune(const catalog::TableName& table);

    os::Database* database_;
    std::size_t runs_kept_;
};

}  // namespace tradewind::quality
