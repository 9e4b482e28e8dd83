// Databases of others: what they have, dumps of it into files, sources that read them.
#include <utility>

#include "api/import_json.h"
#include "api/operations.h"
#include "api/parameters.h"
#include "api/replies.h"
#include "extract/extract.h"

namespace tradewind::api {

namespace {

using namespace schema;

Operation extract_operation(
    std::string id, std::string method, std::string path, std::string summary
) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = std::move(method);
    operation.path = std::move(path);
    operation.tag = "databases";
    operation.summary = std::move(summary);
    if (operation.method == "POST") operation.scope = Scope::Write;
    operation.runs = Runs::Slow;
    return operation;
}

os::GiveUp give_up_of(const Call& call) {
    return [cancelled = call.request.cancelled] { return cancelled && cancelled->load(); };
}

Value report_schema() {
    const Value table = object(
        {{"table", text()},
         {"path", text("Its file.")},
         {"rows", integer()},
         {"bytes", integer("Of the file.")}}
    );
    return object(
        {{"package", text()},
         {"extract", text()},
         {"date", text("That the files are named after.")},
         {"tables", array(table)},
         {"manifest", text("Its path; empty: none.")},
         {"attempts", integer()},
         {"duration_ms", integer()}}
    );
}

Operation dump_operation(const Services& services) {
    Operation operation = extract_operation(
        "run_extract",
        "POST",
        "/v1/extracts/{package}/{extract}",
        "Dump a database's tables into dated files."
    );
    operation.description =
        "All tables as they were at one instant. The files appear together when all are whole; on "
        "failure none does. A client that leaves ends it.";
    operation.parameters = {
        path_parameter("package", "The package.", "online_retail"),
        path_parameter("extract", "Its extract.", "dump")
    };
    operation.body = RequestBody{
        false,
        {json_media(
            object({{"date", text("Today in the extract's time zone, unless given."), true}}),
            R"({"date": "2025-07-01"})"
        )}
    };
    operation.answers = {json_answer("The files are there.", report_schema())};
    operation.problems = {403, 404, 409};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const json::Value body = TRY(read_json_body(call, {"date"}, true));
        extract::DumpOrder order;
        order.package = call.arguments.text("package");
        order.name = call.arguments.text("extract");
        order.date = TRY(text_member(body, "date"));
        order.give_up = give_up_of(call);
        return json_response(extract::to_json(TRY(services.extractor->dump(order))).dump());
    });
    return operation;
}

Operation read_operation(const Services& services) {
    Operation operation = extract_operation(
        "read_source",
        "POST",
        "/v1/sources/{source}/read",
        "Bring in what a source of kind database has: all of it, or what is new."
    );
    operation.parameters = {path_parameter("source", "The source.", "shop_orders")};
    operation.answers = {json_answer(
        "It is in, or why it is not.", object({{"import", nullable(import_schema())}}), 200
    )};
    operation.problems = {403, 404, 409};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const auto import =
            TRY(services.bring_in(call.arguments.text("source"), call.request.cancelled));
        std::string body;
        json::Writer writer(body);
        writer.begin_object();
        writer.key("import");
        if (import) {
            write_import(writer, *import);
        } else {
            writer.null();
        }
        writer.end_object();
        return json_response(std::move(body));
    });
    return operation;
}

Operation connections_operation(const Services& services) {
    Operation operation = extract_operation(
        "list_connections", "GET", "/v1/connections", "The databases of connections.yml."
    );
    operation.runs = Runs::Quick;
    const Value connection = object({{"name", text()}, {"kind", one_of({"postgres", "sqlite"})}});
    operation.answers = {json_answer("Their names.", object({{"connections", array(connection)}}))};
    operation.handler = answering([&services](Call&) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("connections", json::Value::array());
        for (const auto& [name, known] : services.extractor->connections()) {
            json::Value& one = list.add(json::Value::object());
            one.set("name", name);
            one.set("kind", extract::to_string(known.kind));
        }
        return json_response(body.dump());
    });
    return operation;
}

Operation describe_operation(const Services& services) {
    Operation operation = extract_operation(
        "describe_connection",
        "GET",
        "/v1/connections/{connection}/tables",
        "The tables and columns that a connection can read."
    );
    operation.parameters = {path_parameter("connection", "Its name.", "shop")};
    const Value column = object(
        {{"name", text()},
         {"type", text("As the database calls it.")},
         {"nullable", boolean()},
         {"key", boolean("Part of the primary key.")}}
    );
    const Value table = object(
        {{"schema", text()},
         {"table", text()},
         {"kind", one_of({"table", "view"})},
         {"row_estimate", nullable(integer("As the database guesses."))},
         {"columns", array(column)}}
    );
    operation.answers = {json_answer("The tables.", object({{"tables", array(table)}}))};
    operation.problems = {403, 404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("tables", json::Value::array());
        const auto tables = TRY(services.extractor->describe(call.arguments.text("connection")));
        for (const extract::TableInfo& one : tables) list.add(extract::to_json(one));
        return json_response(body.dump());
    });
    return operation;
}

}  // namespace

std::vector<Operation> extract_operations(const Services& services) {
    if (services.extractor == nullptr) return {};
    return {
        dump_operation(services),
        read_operation(services),
        connections_operation(services),
        describe_operation(services)
    };
}

}  // namespace tradewind::api
