// Running SQL for a client: formats, limits, and results that flow while they are made.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/operations.h"

namespace tradewind::api {

// Results that are being sent right now. Each holds memory of the engine, so there is an end to
// them.
constexpr int query_results_max = 64;
struct OpenResults {
    std::atomic<int> count{0};
};

// What a query operation needs for each call.
struct QueryDoor {
    engine::Engine* engine = nullptr;
    std::string temp_folder;
    // Brings the tables of the platform's own state up to date, and says when others' files may not
    // be read; may be empty.
    std::function<Result<void>(const std::string& sql)> prepare;
    std::shared_ptr<OpenResults> open = std::make_shared<OpenResults>();
};

struct QueryOrder {
    std::string sql;
    std::optional<std::int64_t> limit;
    std::int64_t timeout_ms = 0;
};

constexpr std::int64_t query_timeout_ms_default = 30'000;
constexpr std::int64_t query_timeout_ms_max = 300'000;

// limit and timeout_ms of a request's body, checked; sql is left empty.
Result<QueryOrder> read_query_limits(const json::Value& body);
// Runs it and answers in the format that the client accepts.
Result<Response> run_query(const QueryDoor& door, const Call& call, QueryOrder order);
// The formats that there are, JSON first.
const std::vector<std::string_view>& query_media();
// Answers, problems and statuses of every operation that runs SQL.
void describe_query_answers(Operation& operation);

std::vector<Operation> saved_query_operations(const Services& services, const QueryDoor& door);

}  // namespace tradewind::api
