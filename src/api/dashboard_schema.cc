#include "api/dashboard_schema.h"

#include <string>
#include <utility>
#include <vector>

#include "dashboard/dashboard.h"

namespace tradewind::api {

using namespace schema;

namespace {

Value range_schema() {
    return object(
        {{"from", nullable(text("The first day."))}, {"to", nullable(text("The last day."))}}
    );
}

Value rows_schema(std::vector<Member> more = {}) {
    std::vector<Member> members{
        {"columns", array(object({{"name", text()}, {"type", text()}}))},
        {"rows", array(array(anything()), "Each row's values in the order of columns.")},
        {"truncated", boolean("More rows were left out.")}
    };
    for (Member& member : more) members.push_back(std::move(member));
    return object(std::move(members));
}

Value words(std::string_view description) {
    return open_object({}, description);
}

Value filter_schema() {
    const Value column = object(
        {{"table", text("Of the package.")},
         {"column", text()},
         {"of", nullable(text("table.column: through the rows that the filter leaves there."))}}
    );
    return object(
        {{"name", text()},
         {"title", text()},
         {"description", text()},
         {"kind", one_of({"date_range", "choice"})},
         {"multiple", boolean("More than one value can be chosen.")},
         {"search", boolean("There are too many values for a list: let people type.")},
         {"default_preset", nullable(text("Of a date range; all: not set."))},
         {"default_values", array(text())},
         {"sql", text("What gives its values, or the first and the last day.")},
         {"columns", array(column, "What it filters.")}}
    );
}

Value drill_schema() {
    return object(
        {{"page", nullable(text("Of this dashboard."))},
         {"filters", words("Filter: the column that its value is taken from.")},
         {"target", nullable(one_of({"invoice", "customer", "product"}))},
         {"column", nullable(text("That has the target's number or code."))}}
    );
}

Value tile_schema() {
    const Value sparkline = object(
        {{"key", text("The column that tells its lines apart, in the table too.")},
         {"x", text()},
         {"y", text()},
         {"sql", text()}}
    );
    return object(
        {{"name", text()},
         {"title", text()},
         {"description", text()},
         {"kind", one_of({dashboard::tile_kind_names().begin(), dashboard::tile_kind_names().end()})
         },
         {"x", nullable(text("A column, as the next three."))},
         {"y", array(text())},
         {"series", nullable(text("Tells lines or layers apart; of a heat map its rows."))},
         {"size", nullable(text("Of a scatter's dots."))},
         {"format",
          words("Column: number, integer, money, percent, date, datetime, duration or text.")},
         {"labels", words("Column: its name for people.")},
         {"currency", nullable(text("Of money: GBP."))},
         {"compare", nullable(one_of({"previous_period", "previous_year"}))},
         {"filter_on_click", words("Column: the filter that a click on its value sets.")},
         {"drill", nullable(drill_schema())},
         {"sparkline", nullable(sparkline)},
         {"width", integer("Of 12.")},
         {"sql", text("As declared.")}}
    );
}

}  // namespace

Value dashboard_list_schema() {
    const Value page = object({{"name", text()}, {"title", text()}, {"tiles", integer()}});
    const Value entry = object(
        {{"package", text()},
         {"name", text()},
         {"title", text()},
         {"description", text()},
         {"pages", array(page)},
         {"error", nullable(text("Why its file cannot be read; it has no pages then."))}}
    );
    return object({{"dashboards", array(entry)}});
}

Value dashboard_schema() {
    const Value page = object(
        {{"name", text()},
         {"title", text()},
         {"description", text()},
         {"tiles", array(tile_schema())}}
    );
    return object(
        {{"package", text()},
         {"name", text()},
         {"title", text()},
         {"description", text()},
         {"refresh_ms", integer("Ask for the tiles again after so long.")},
         {"filters", array(filter_schema())},
         {"pages", array(page)}}
    );
}

Value filter_state_schema() {
    const Value preset =
        object({{"preset", text()}, {"from", nullable(text())}, {"to", nullable(text())}});
    return object(
        {{"filter", text()},
         {"bounds", nullable(range_schema())},
         {"presets", array(preset, "Of a date range: its named ranges as days.")},
         {"choices", nullable(rows_schema())}}
    );
}

Value tile_order_schema() {
    return object(
        {{"filters",
          open_object({}, R"({"period": {"from", "to"} or {"preset"}, "country": [values]})"),
          true},
         {"limit", integer("Rows at most; 10,000 unless it says otherwise."), true},
         {"timeout_ms", integer("Default 30000, at most 300000."), true}}
    );
}

Value tile_answer_schema() {
    const Value input = object(
        {{"table", text()},
         {"version", integer("0: nothing was published yet.")},
         {"committed_at", time_schema()}}
    );
    return rows_schema(
        {{"sql", text("As it ran: the tile's SQL behind what the filters leave of its tables.")},
         {"inputs", array(input, "The stored tables that it reads, through views too.")},
         {"as_of", nullable(text("When the newest of its inputs was published. UTC."))},
         {"took_ms", number()},
         {"cached", boolean("Nothing that it reads has changed since it was asked before.")},
         {"applied", array(text(), "Filters that are set, and leave their mark.")},
         {"ignored", array(text(), "Filters that are set, and that no table of the tile knows.")},
         {"compare", nullable(rows_schema({{"range", range_schema()}, {"sql", text()}}))},
         {"sparkline", nullable(rows_schema())}}
    );
}

}  // namespace tradewind::api
