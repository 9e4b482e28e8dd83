// A definition for who draws it.
#include "dashboard/dashboard.h"

namespace tradewind::dashboard {

namespace {

using json::Value;

Value texts(const std::vector<std::string>& list) {
    Value array = Value::array();
    for (const std::string& text : list) array.add(Value::string(text));
    return array;
}

Value texts(const std::map<std::string, std::string>& map) {
    Value object = Value::object();
    for (const auto& [name, text] : map) object.set(name, text);
    return object;
}

Value text_or_null(const std::string& text) {
    return text.empty() ? Value() : Value::string(text);
}

Value json_of(const FilterColumn& column) {
    Value object = Value::object();
    object.set("table", column.table);
    object.set("column", column.column);
    const std::string of = column.of_table + "." + column.of_column;
    object.set("of", column.of_table.empty() ? Value() : Value::string(of));
    return object;
}

Value json_of(const Filter& filter) {
    Value object = Value::object();
    object.set("name", filter.name);
    object.set("title", filter.title);
    object.set("description", filter.description);
    object.set("kind", to_string(filter.kind));
    object.set("multiple", filter.multiple);
    object.set("search", filter.search);
    const bool range = filter.kind == FilterKind::DateRange;
    object.set("default_preset", range ? Value::string(filter.default_preset) : Value());
    object.set("default_values", texts(filter.default_values));
    object.set("sql", filter.sql.sql);
    Value& columns = object.set("columns", Value::array());
    for (const FilterColumn& column : filter.columns) columns.add(json_of(column));
    return object;
}

Value json_of(const Drill& drill) {
    Value object = Value::object();
    object.set("page", text_or_null(drill.page));
    object.set("filters", texts(drill.filters));
    object.set("target", text_or_null(drill.target));
    object.set("column", text_or_null(drill.column));
    return object;
}

Value json_of(const Sparkline& sparkline) {
    Value object = Value::object();
    object.set("key", sparkline.key);
    object.set("x", sparkline.x);
    object.set("y", sparkline.y);
    object.set("sql", sparkline.sql.sql);
    return object;
}

Value json_of(const Tile& tile, const std::string& currency) {
    Value object = Value::object();
    object.set("name", tile.name);
    object.set("title", tile.title);
    object.set("description", tile.description);
    object.set("kind", to_string(tile.kind));
    object.set("x", text_or_null(tile.x));
    object.set("y", texts(tile.y));
    object.set("series", text_or_null(tile.series));
    object.set("size", text_or_null(tile.size));
    object.set("format", texts(tile.formats));
    object.set("labels", texts(tile.labels));
    object.set("currency", text_or_null(tile.currency.empty() ? currency : tile.currency));
    object.set("compare", text_or_null(tile.compare));
    object.set("filter_on_click", texts(tile.filter_on_click));
    object.set("drill", tile.drill ? json_of(*tile.drill) : Value());
    object.set("sparkline", tile.sparkline ? json_of(*tile.sparkline) : Value());
    object.set("width", tile.width);
    object.set("sql", tile.sql.sql);
    return object;
}

Value json_of(const Page& page, const std::string& currency) {
    Value object = Value::object();
    object.set("name", page.name);
    object.set("title", page.title);
    object.set("description", page.description);
    Value& tiles = object.set("tiles", Value::array());
    for (const Tile& tile : page.tiles) tiles.add(json_of(tile, currency));
    return object;
}

}  // namespace

Value to_json(const Definition& definition) {
    constexpr std::int64_t us_in_ms = 1000;
    Value object = Value::object();
    object.set("package", definition.package);
    object.set("name", definition.name);
    object.set("title", definition.title);
    object.set("description", definition.description);
    object.set("refresh_ms", definition.refresh_us / us_in_ms);
    Value& filters = object.set("filters", Value::array());
    for (const Filter& filter : definition.filters) filters.add(json_of(filter));
    Value& pages = object.set("pages", Value::array());
    for (const Page& page : definition.pages) pages.add(json_of(page, definition.currency));
    return object;
}

}  // namespace tradewind::dashboard
