// What is claimed of tables, and whether it holds: run the checks, and what they said last.
#include "api/flushed.h"
#include "api/operations.h"
#include "api/pages.h"
#include "api/replies.h"
#include "quality/quality.h"

namespace tradewind::api {

namespace {

using namespace schema;

Value checks_schema() {
    const Value sample = object({{"value", text()}, {"rows", integer()}});
    const Value check = object(
        {{"name", text()},
         {"kind", text("not_null, unique, …")},
         {"columns", array(text())},
         {"description", text()},
         {"blocking", boolean("When it fails, the table is not published.")},
         {"state", one_of({"passed", "failed", "error"}, "error: it could not be answered.")},
         {"failing", integer("Rows; where rows are not the point, 1.")},
         {"total", integer("Rows looked at.")},
         {"message", text("What was found, and what was expected.")},
         {"samples", array(sample, "Of the failing rows, the most frequent first.")},
         {"quarantined", integer("Failing rows that were kept.")},
         {"duration_us", integer("Its share of the passes.")}}
    );
    const Value report = object(
        {{"table", text()},
         {"package", text()},
         {"run", text()},
         {"version", integer("Of the table; of a candidate the one before.")},
         {"candidate", boolean("The rows were not published yet.")},
         {"verdict", one_of({"passed", "failed", "blocked"})},
         {"row_count", integer()},
         {"checked_at", text("UTC.")},
         {"duration_us", integer()},
         {"quarantine", nullable(text("The SQL table that holds failing rows."))},
         {"checks", array(check)}}
    );
    return object(
        {{"passed", integer()},
         {"failed", integer()},
         {"errors", integer()},
         {"blocked", boolean("A blocking check failed or could not be answered.")},
         {"reports", array(report, "One for each table.")}}
    );
}

Result<quality::Selection> selection_of(const std::string& table, const std::string& package) {
    quality::Selection selection;
    if (!table.empty()) selection.table = TRY(catalog::parse_table_name(table));
    selection.package = package;
    return selection;
}

Operation checks_operation(std::string id, std::string method, std::string summary) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = std::move(method);
    operation.path = "/v1/checks";
    operation.tag = "checks";
    operation.summary = std::move(summary);
    operation.problems = {404};
    return operation;
}

Operation run_operation(const Services& services) {
    Operation operation = checks_operation(
        "run_checks", "POST", "Run the checks of tables on their newest versions."
    );
    operation.description =
        "Failing rows are kept in quarantine.<package>__<table>, results in system.checks. Tables "
        "of which nothing was published yet are passed over unless asked for by name.";
    operation.scope = Scope::Write;
    operation.runs = Runs::Slow;
    operation.body = RequestBody{
        false,
        {json_media(
            object(
                {{"table", text("Only this one: schema.table."), true},
                 {"package", text("Only what this package declares."), true}}
            ),
            "{}"
        )}
    };
    operation.answers = {json_answer("They ran; the answer says how.", checks_schema())};
    operation.problems = {404, 408, 409, 422};
    operation.statuses = {{ErrorCode::ResourceExhausted, 422}};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const auto body = TRY(read_json_body(call, {"table", "package"}, true));
        const auto selection =
            TRY(selection_of(TRY(text_member(body, "table")), TRY(text_member(body, "package"))));
        TRY(flush_sources(services));
        const auto reports = TRY(services.quality->check(selection, call.request.cancelled));
        return json_response(quality::to_json(reports).dump());
    });
    return operation;
}

Operation list_operation(const Services& services) {
    Operation operation =
        checks_operation("list_checks", "GET", "The newest results of the checks.");
    operation.description = "As an audit report for people where Accept asks for text/html.";
    operation.parameters = {
        {.name = "table", .description = "Only this one: schema.table."},
        {.name = "package", .description = "Only what this package declares."}
    };
    operation.answers = {json_answer("The results.", checks_schema())};
    operation.answers.front().media.push_back(page_media());
    operation.problems = {404, 406};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const auto selection =
            TRY(selection_of(call.arguments.text("table"), call.arguments.text("package")));
        const PageChoice choice = choose_page(call);
        if (choice == PageChoice::Neither) return page_problem();
        if (choice == PageChoice::Html)
            return page_response(TRY(services.quality->audit_html(selection)));
        return json_response(quality::to_json(TRY(services.quality->results(selection))).dump());
    });
    return operation;
}

}  // namespace

std::vector<Operation> check_operations(const Services& services) {
    if (services.quality == nullptr) return {};
    return {run_operation(services), list_operation(services)};
}

}  // namespace tradewind::api
