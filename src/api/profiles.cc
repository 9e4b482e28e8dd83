// What stands in a table, column by column.
#include "api/flushed.h"
#include "api/operations.h"
#include "api/pages.h"
#include "api/parameters.h"
#include "api/replies.h"
#include "quality/quality.h"

namespace tradewind::api {

namespace {

using namespace schema;

Value counted(const std::string& name) {
    return array(object({{name, nullable(text())}, {"rows", integer()}}));
}

Value column_schema() {
    const Value bucket = object({{"from", number()}, {"to", number()}, {"rows", integer()}});
    return object(
        {{"name", text()},
         {"type", text()},
         {"nulls", integer()},
         {"empty", integer("Text: blanks only, or nothing.")},
         {"distinct", integer()},
         {"distinct_exact", boolean("False: an estimate.")},
         {"min", nullable(text())},
         {"max", nullable(text())},
         {"mean", nullable(number())},
         {"deviation", nullable(number("Of the sample."))},
         {"quantiles", open_object({}, "0.01 to 0.99, as text.")},
         {"length_min", nullable(integer())},
         {"length_max", nullable(integer())},
         {"length_mean", nullable(number())},
         {"top", counted("value")},
         {"top_exact", boolean("False: of the first million rows.")},
         {"histogram", array(bucket, "Numbers, and times as seconds since 1970.")},
         {"patterns", counted("pattern")}}
    );
}

Value profile_schema() {
    const Value pair = object({{"a", text()}, {"b", text()}, {"pearson", nullable(number())}});
    return object(
        {{"table", text()},
         {"version", integer()},
         {"row_count", integer()},
         {"profiled_at", text("UTC.")},
         {"duration_us", integer()},
         {"quantiles_exact", boolean("False: estimates.")},
         {"columns", array(column_schema())},
         {"correlations", array(pair, "Of numeric columns.")}}
    );
}

Operation profile_operation(const Services& services) {
    Operation operation;
    operation.id = "profile_table";
    operation.method = "GET";
    operation.path = "/v1/tables/{schema}/{table}/profile";
    operation.tag = "checks";
    operation.runs = Runs::Slow;
    operation.summary =
        "What stands in a table: each column's values, and which numbers go together.";
    operation.description = "As a page for people where Accept asks for text/html.";
    operation.parameters = {
        path_parameter("schema", "The table's schema.", "raw"),
        path_parameter("table", "The table.", "online_retail")
    };
    operation.answers = {json_answer("The profile.", profile_schema())};
    operation.answers.front().media.push_back(page_media());
    operation.problems = {404, 406, 408, 409, 422};
    operation.statuses = {{ErrorCode::ResourceExhausted, 422}};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const PageChoice choice = choose_page(call);
        if (choice == PageChoice::Neither) return page_problem();
        const catalog::TableName table{call.arguments.text("schema"), call.arguments.text("table")};
        TRY(flush_sources(services));
        const auto profile = TRY(services.quality->profile(table, call.request.cancelled));
        if (choice == PageChoice::Html) return page_response(quality::profile_html(profile));
        return json_response(quality::to_json(profile).dump());
    });
    return operation;
}

}  // namespace

std::vector<Operation> profile_operations(const Services& services) {
    if (services.quality == nullptr) return {};
    return {profile_operation(services)};
}

}  // namespace tradewind::api
