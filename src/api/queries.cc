// Questions that packages bring along: saved SQL, listed and run by name.
#include "api/parameters.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/replies.h"
#include "base/text.h"

namespace tradewind::api {

namespace {

using namespace schema;

Result<const package::SavedQuery*> find_query(
    const std::vector<package::Package>& packages,
    const std::string& package_name,
    const std::string& name
) {
    for (const package::Package& one : packages) {
        if (one.name != package_name) continue;
        std::vector<std::string_view> known;
        for (const package::SavedQuery& query : one.queries) {
            if (query.name == name) return &query;
            known.push_back(query.name);
        }
        Error error(
            ErrorCode::NotFound, "package " + package_name + " has no query '" + name + "'"
        );
        const auto near = nearest(name, known);
        return std::move(error).with_hint(
            near ? "Did you mean '" + *near + "'?" : "GET /v1/queries lists them."
        );
    }
    return Error(ErrorCode::NotFound, "there is no package '" + package_name + "'")
        .with_hint("GET /v1/queries lists the queries of all packages.");
}

Operation list_operation(const Services& services) {
    Operation operation;
    operation.id = "list_queries";
    operation.method = "GET";
    operation.path = "/v1/queries";
    operation.tag = "sql";
    operation.summary = "The queries that the packages bring along.";
    const Value query = object(
        {{"package", text()},
         {"name", text()},
         {"description", text()},
         {"sql", text("Plain SQL, for any client.")}}
    );
    operation.answers = {json_answer("All of them.", object({{"queries", array(query)}}))};
    operation.handler = answering([&services](Call&) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("queries", json::Value::array());
        for (const package::Package& one : services.packages) {
            for (const package::SavedQuery& saved : one.queries) {
                json::Value& entry = list.add(json::Value::object());
                entry.set("package", one.name);
                entry.set("name", saved.name);
                entry.set("description", saved.description);
                entry.set("sql", saved.sql);
            }
        }
        return json_response(body.dump());
    });
    return operation;
}

Operation run_operation(const Services& services, QueryDoor door) {
    Operation operation;
    operation.id = "run_saved_query";
    operation.method = "POST";
    operation.path = "/v1/queries/{package}/{name}";
    operation.tag = "sql";
    operation.runs = Runs::Slow;
    operation.summary = "Run a saved query; answers as POST /v1/query does.";
    operation.parameters = {
        path_parameter("package", "The package.", "online_retail"),
        path_parameter("name", "The query.", "sales_by_country")
    };
    operation.body = RequestBody{
        false,
        {json_media(
            object({{"limit", integer("Rows at most."), true}, {"timeout_ms", integer(), true}})
        )}
    };
    describe_query_answers(operation);
    operation.handler = [&services, door = std::move(door)](const std::shared_ptr<Call>& call) {
        const auto saved = find_query(
            services.packages, call->arguments.text("package"), call->arguments.text("name")
        );
        // Here NotFound is the address; further down it is a table.
        if (!saved.ok()) return call->answer(problem(saved.error()));
        answering([&](Call& asked) -> Result<Response> {
            const auto body = TRY(read_json_body(asked, {"limit", "timeout_ms"}, true));
            QueryOrder order = TRY(read_query_limits(body));
            order.sql = (*saved)->sql;
            return run_query(door, asked, std::move(order));
        })(call);
    };
    operation.problems.push_back(404);
    return operation;
}

}  // namespace

std::vector<Operation> saved_query_operations(const Services& services, const QueryDoor& door) {
    return {list_operation(services), run_operation(services, door)};
}

}  // namespace tradewind::api
