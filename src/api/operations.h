// The operation table: what the platform can be asked for. HTTP routes, OpenAPI and the checks of
// parameters are all read from it; a resource's operations stand in one file, with their handlers.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/api.h"
#include "api/schema.h"
#include "base/json.h"
#include "base/result.h"

namespace tradewind::api {

class Call;

// What a token must allow (tokens come with a later issue; the table says it from the start).
enum class Scope { Read, Write, Admin };
const char* to_string(Scope scope);

// Which threads run a handler, so that those who ask for much stand in nobody's way but their own.
enum class Runs {
    Quick,            // the caller's (the server's): no disk to wait for, no long loops
    Worker,           // a moment, however much data there is
    WorkerWhenLarge,  // quick while the body is small
    Slow,             // as long as there is data: SQL, profiles, previews, checks, crawls, upkeep
    Waits,            // until something ends, or the time that the client gave is up
};
constexpr std::size_t quick_body_bytes_max = 32u << 10;

enum class In { Path, Query, Header };
enum class ValueType { Text, Integer, Timestamp };

struct Parameter {
    std::string name;
    In in = In::Query;
    ValueType type = ValueType::Text;
    bool required = false;
    std::string description = {};
    std::string example = {};               // of real data: the test that walks OpenAPI sends it
    std::vector<std::string> choices = {};  // Text: one of these
    std::int64_t min = std::numeric_limits<std::int64_t>::min();  // Integer
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

// One representation of a body.
struct Media {
    std::string type;
    json::Value schema;
    std::string example = {};
};

struct RequestBody {
    bool required = true;
    std::vector<Media> media;
};

struct Answer {
    int status = 200;
    std::string description;
    std::vector<Media> media = {};
    std::vector<std::pair<std::string, std::string>> headers = {};  // name, description
};

// Answers the call exactly once, now or later, from any thread.
using Handler = std::function<void(const std::shared_ptr<Call>&)>;

struct Operation {
    std::string id;  // snake_case, unique: append_records
    std::string method;
    std::string path;  // "/v1/streams/{stream}/records"; {id...} takes slashes too
    std::string tag;   // the resource
    std::string summary;
    std::string description = {};
    Scope scope = Scope::Read;
    Runs runs = Runs::Worker;
    std::function<Runs(const Call&)> runs_for = {};  // where that depends on what is asked for
    bool needs_ready = true;                         // answered 503 until recovery is done
    std::vector<Parameter> parameters = {};
    std::optional<RequestBody> body = {};
    std::vector<Answer> answers = {};
    std::vector<int> problems = {};  // statuses of problems besides 400, 405, 503
    std::vector<std::pair<ErrorCode, int>> statuses = {
    };  // exceptions from the common table of statuses
    Handler handler = {};
    // Where a body goes that is not held in memory; may say no (null) by its content type.
    std::function<std::shared_ptr<BodySink>(const Request&)> open_body = {};
};

// A handler that answers before it returns.
Handler answering(std::function<Result<Response>(Call&)> answer);

// The resources, one file each.
std::vector<Operation> stream_operations(const Services& services);
std::vector<Operation> dead_letter_operations(const Services& services);
std::vector<Operation> serving_operations(const Services& services);
std::vector<Operation> query_operations(const Services& services);
std::vector<Operation> import_operations(const Services& services);
std::vector<Operation> notification_operations(const Services& services);
std::vector<Operation> table_operations(const Services& services);
std::vector<Operation> crawl_operations(const Services& services);
std::vector<Operation> run_operations(const Services& services);
std::vector<Operation> event_operations(const Services& services);
std::vector<Operation> notice_operations(const Services& services);
std::vector<Operation> extract_operations(const Services& services);
std::vector<Operation> schedule_operations(const Services& services);
std::vector<Operation> backfill_operations(const Services& services);
std::vector<Operation> recipe_operations(const Services& services);
std::vector<Operation> saved_recipe_operations(const Services& services);
std::vector<Operation> check_operations(const Services& services);
std::vector<Operation> profile_operations(const Services& services);
std::vector<Operation> upkeep_operations(const Services& services);
std::vector<Operation> system_operations(const Services& services, const std::string& openapi);

// The system tables of this room are there, without rows.
Result<void> begin_system_tables(engine::Engine& engine);

// All of them, in the order of the documentation. `openapi` is filled later by the caller.
std::vector<Operation> all_operations(const Services& services, const std::string& openapi);

}  // namespace tradewind::api
