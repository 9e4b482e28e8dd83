// Every 4xx and 5xx is an RFC 9457 problem; here is what it looks like and which status an error
// has.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "api/api.h"
#include "base/json.h"
#include "base/result.h"

namespace tradewind::api {

using StatusExceptions = std::vector<std::pair<ErrorCode, int>>;

// The one table of error codes and statuses, and an operation's exceptions from it.
int status_of(ErrorCode code, const StatusExceptions& exceptions = {});

// A record of the request that cannot be used: its place from 0, and why.
struct BadRecord {
    std::int64_t index = 0;
    std::string type;
    std::string field;
    std::string reason;
};

struct Problem {
    int status = 500;
    std::string
        type;  // a word: "not_found", "invalid_records"; becomes urn:tradewind:problem:<word>
    std::string detail;
    std::string hint = {};
    std::vector<BadRecord> errors = {};
    std::vector<std::int64_t> error_indexes = {};  // of all bad records; `errors` may list fewer
};

// What happened and where: place, message and detail.
std::string detail_of(const Error& error);

Response to_response(const Problem& problem);
// The error as a problem; 429 and 503 say when to come again.
Response problem(int status, const Error& error);
Response problem(const Error& error);
// Not one of the operation's methods; `allowed` goes into Allow.
Response method_not_allowed(const std::string& method, const std::string& allowed);

json::Value problem_schema();
// "Not found", …: RFC 9110's phrase of the status.
const char* status_phrase(int status);

}  // namespace tradewind::api
