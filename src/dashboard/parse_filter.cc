// Filters as people write them:
//   country: {kind: choice, sql: SELECT …, columns: {daily_sales: country, lines: country}}
//   region: {kind: choice, sql: SELECT …, columns: {store: region, sales: {store_key:
//   store.store_key}}}
#include "base/text.h"
#include "dashboard/dates.h"
#include "dashboard/parse.h"
#include "dashboard/words.h"

namespace tradewind::dashboard {

namespace {

using yaml::Node;

// {store_key: store.store_key}
Result<void> read_through(const Node& node, FilterColumn& column) {
    if (node.members().size() != 1)
        return std::move(node.error("one column through another table is named here"))
            .with_hint("For example {store_key: store.store_key}.");
    const auto& [own, other] = node.members().front();
    const std::string text = TRY(other.text());
    const std::size_t dot = text.find('.');
    column.column = own;
    if (dot == std::string::npos || dot == 0 || dot + 1 == text.size())
        return std::move(other.error("'" + text + "' is no column of a table"))
            .with_hint("Write table.column, for example store.store_key.");
    column.of_table = text.substr(0, dot);
    column.of_column = text.substr(dot + 1);
    return {};
}

Result<void> read_columns(const Node& columns, Filter& filter) {
    if (columns.kind() != yaml::Kind::Mapping || columns.members().empty()) {
        return std::move(columns.error("columns: says which column of which tables is filtered"))
            .with_hint("For example columns: {daily_sales: country}.");
    }
    for (const auto& [table, node] : columns.members()) {
        FilterColumn column;
        column.table = table;
        column.at = columns.where_key(table);
        if (!is_snake_case(table)) {
            return Error(ErrorCode::InvalidArgument, "'" + table + "' is no table of the package")
                .with_hint("Tables of the package are named here, without its name.")
                .at(column.at);
        }
        if (node.kind() == yaml::Kind::Mapping) {
            TRY(read_through(node, column));
        } else {
            column.column = TRY(node.text());
        }
        filter.columns.push_back(std::move(column));
    }
    return {};
}

Result<std::string> read_preset(const Node& node) {
    std::string name = TRY(node.text());
    if (contains(preset_names(), name)) return name;
    return unknown(ErrorCode::InvalidArgument, "preset", name, preset_names()).at(node.where());
}

Result<void> read_date_range(const Node& node, Filter& filter) {
    TRY(node.allow_keys({"kind", "title", "description", "sql", "columns", "default", "presets"}));
    filter.multiple = false;
    filter.default_preset = "all";
    if (node["default"].present()) filter.default_preset = TRY(read_preset(node["default"]));
    if (!node["presets"].present()) {
        for (const std::string_view name : preset_names()) filter.presets.emplace_back(name);
        return {};
    }
    if (node["presets"].kind() != yaml::Kind::Sequence)
        return node["presets"].error("presets is a list of names");
    for (const Node& preset : node["presets"].items())
        filter.presets.push_back(TRY(read_preset(preset)));
    return {};
}

Result<void> read_choice(const Node& node, Filter& filter) {
    TRY(node.allow_keys(
        {"kind", "title", "description", "sql", "columns", "default", "multiple", "search"}
    ));
    filter.multiple = TRY(node["multiple"].boolean_or(true));
    filter.search = TRY(node["search"].boolean_or(false));
    if (node["default"].present()) filter.default_values = TRY(node["default"].texts());
    if (filter.multiple || filter.default_values.size() <= 1) return {};
    return node["default"].error("one value is chosen here, not several");
}

}  // namespace

Result<Filter> parse_filter(const std::string& name, const Node& node) {
    if (node.kind() != yaml::Kind::Mapping)
        return node.error("a filter has kind:, sql: and columns:");
    Filter filter;
    filter.name = name;
    const std::string kind = TRY(node["kind"].text());
    const auto known = filter_kind_of(kind);
    if (!known) {
        return unknown(ErrorCode::InvalidArgument, "kind of filter", kind, filter_kind_names())
            .at(node["kind"].where());
    }
    filter.kind = *known;
    if (filter.kind == FilterKind::DateRange) TRY(read_date_range(node, filter));
    if (filter.kind == FilterKind::Choice) TRY(read_choice(node, filter));
    filter.title = TRY(node["title"].text_or(name));
    filter.description = TRY(node["description"].text_or(""));
    filter.sql = TRY(read_statement(node, "sql"));
    TRY(read_columns(node["columns"], filter));
    return filter;
}

}  // namespace tradewind::dashboard
