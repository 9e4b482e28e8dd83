// The errors folder: what could not be used, as compressed NDJSON under
// raw/<source>/errors/year=YYYY/month=MM/day=DD/<error_type>/.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "deliver/deliver.h"
#include "deliver/lake_file.h"
#include "deliver/sink.h"

namespace tradewind::deliver {

// Writes letters to one file per day and error type. Not yet part of the lake's version: the caller
// commits what finish() returns.
class ErrorFiles {
public:
    // `name` must differ between any two that write for one source: "stream-<position>",
    // "import-<id>".
    ErrorFiles(std::string source, std::string name, lake::Lake& lake)
        : source_(std::move(source)), name_(std::move(name)), lake_(lake) {}

    Result<void> add(const DeadLetter& letter);
    bool empty() const { return open_.empty(); }
    Result<std::vector<lake::DataFile>> finish(OriginId origin);

private:
    const std::string source_;
    const std::string name_;
    lake::Lake& lake_;
    std::map<std::string, std::unique_ptr<CompressedFile>> open_;  // by folder
};

std::unique_ptr<Sink> make_errors_sink(
    std::shared_ptr<const contract::Contract> contract,
    std::int64_t flush_age_us,
    lake::Lake& lake,
    os::Clock& clock
);

}  // namespace tradewind::deliver
