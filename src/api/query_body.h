// Bodies that are made while they are sent: rows of a running query, or a finished file.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "api/api.h"
#include "api/query.h"
#include "base/json.h"
#include "engine/engine.h"

namespace tradewind::api {

// The member "columns" of an object that is begun: name and type of each.
void write_columns(json::Writer& writer, const std::vector<engine::ResultColumn>& columns);

// Rows in a format, with what stands before and after them.
class QueryBody final : public BodySource {
public:
    QueryBody(
        std::unique_ptr<engine::QueryResult> result,
        engine::ResultFormat format,
        std::shared_ptr<OpenResults> open,
        std::shared_ptr<std::atomic<bool>> cancelled
    );
    ~QueryBody() override;
    // About 64 KiB, with head and tail where they belong; empty after the end.
    Result<std::string> next() override;
    bool at_end() const { return at_end_; }

private:
    std::string head() const;
    std::string tail() const;

    std::unique_ptr<engine::QueryResult> result_;
    engine::ResultFormat format_;
    std::shared_ptr<OpenResults> open_;
    std::shared_ptr<std::atomic<bool>> cancelled_;
    bool begun_ = false;
    bool at_end_ = false;
};

// A temporary file, piece by piece; it is removed in the end. Io when it cannot be read.
Result<std::unique_ptr<BodySource>> make_file_body(const std::string& path);

}  // namespace tradewind::api
