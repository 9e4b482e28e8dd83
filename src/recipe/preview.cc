// A look at the data after a step: some rows, and what can be said of every column.
#include <algorithm>
#include <span>

#include "base/text.h"
#include "recipe/recipe.h"
#include "recipe/sql_text.h"

namespace tradewind::recipe {

namespace {

constexpr int histogram_bins = 10;
constexpr int top_values = 5;
// The rows of the step, computed once; every question is asked of them.
const catalog::TableName& looked_at() {
    static const catalog::TableName name{"recipe", "preview"};
    return name;
}
constexpr const char* from = " FROM \"recipe\".\"preview\"";

using Cell = std::optional<std::string>;

json::Value text_or_null(const Cell& cell) {
    return cell ? json::Value::string(*cell) : json::Value();
}
json::Value number_or_null(const Cell& cell) {
    return cell && json::is_number(*cell) ? json::Value::number_text(*cell) : json::Value();
}

bool is_number(const Column& column) {
    return class_of(column.type) == TypeClass::Number;
}

// So many columns are looked at in one pass: counting distinct values takes memory for each,
// however few rows there are.
constexpr std::size_t columns_a_pass = 32;
constexpr std::size_t figures = 5;
std::string figures_sql(std::span<const Column> columns) {
    std::vector<std::string> items;
    for (const Column& column : columns) {
        const std::string name = quote_name(column.name);
        const bool sorted = is_sortable_type(column.type);
        const std::string text = sorted ? name : "CAST(" + name + " AS STRING)";
        items.push_back("count(" + name + ")");
        items.push_back("count(DISTINCT " + text + ")");
        items.push_back(sorted ? "CAST(min(" + name + ") AS STRING)" : "NULL");
        items.push_back(sorted ? "CAST(max(" + name + ") AS STRING)" : "NULL");
        items.push_back(is_number(column) ? "avg(CAST(" + name + " AS DOUBLE))" : "NULL");
    }
    for (std::size_t i = 0; i < items.size(); ++i) items[i] += " AS f" + std::to_string(i);
    return "SELECT " + join_texts(items, ", ") + from;
}

Result<std::vector<Cell>> all_figures(engine::Work& work, std::span<const Column> columns) {
    std::vector<Cell> cells;
    for (std::size_t at = 0; at < columns.size(); at += columns_a_pass) {
        const auto part = columns.subspan(at, std::min(columns_a_pass, columns.size() - at));
        const auto found = TRY(work.rows(figures_sql(part), 1));
        cells.insert(cells.end(), found.rows[0].begin(), found.rows[0].end());
    }
    return cells;
}

Result<json::Value> most_frequent(engine::Work& work, const Column& column) {
    const std::string name = quote_name(column.name);
    const auto rows = TRY(work.rows(
        "SELECT CAST(" + name + " AS STRING), count(*)" + from + " WHERE " + name +
            " IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT " + std::to_string(top_values),
        top_values
    ));
    json::Value list = json::Value::array();
    for (const auto& row : rows.rows) {
        json::Value& item = list.add(json::Value::object());
        item.set("value", text_or_null(row[0]));
        item.set("count", number_or_null(row[1]));
    }
    return list;
}

// Ten bins of equal width; infinite and missing values stand in none.
Result<json::Value> histogram(engine::Work& work, const Column& column) {
    const std::string x = "CAST(" + quote_name(column.name) + " AS DOUBLE)";
    const std::string bins = std::to_string(histogram_bins);
    const std::string values = "(SELECT " + x + " AS x" + from + " WHERE isfinite(" + x + ")) AS v";
    const std::string range = "(SELECT min(x) AS low, max(x) AS high FROM " + values + ") AS r";
    const std::string bin = "CASE WHEN high = low THEN 0 ELSE least(" + bins +
                            " - 1, CAST(floor((x / 2 - low / 2) / (high / 2 - low / 2) * " + bins +
                            ") AS INTEGER)) END";
    const auto rows = TRY(work.rows(
        "SELECT b, low, high, count(*) AS n FROM (SELECT " + bin + " AS b, low, high FROM " +
            values + " CROSS JOIN " + range + ") AS binned GROUP BY b, low, high ORDER BY b",
        histogram_bins
    ));
    json::Value list = json::Value::array();
    if (rows.rows.empty()) return list;
    const double low = parse_double(rows.rows[0][1].value_or("0")).value_or(0);
    const double high = parse_double(rows.rows[0][2].value_or("0")).value_or(0);
    const int count = high == low ? 1 : histogram_bins;
    std::vector<std::int64_t> counts(static_cast<std::size_t>(count), 0);
    for (const auto& row : rows.rows) {
        const auto at = parse_integer(row[0].value_or("0")).value_or(0);
        if (at >= 0 && at < count)
            counts[static_cast<std::size_t>(at)] = parse_integer(row[3].value_or("0")).value_or(0);
    }
    for (int i = 0; i < count; ++i) {
        const auto edge = [&](int n) {
            std::string out;
            json::Writer(out).number(low + (high - low) * n / count);
            return number_or_null(out);
        };
        json::Value& item = list.add(json::Value::object());
        item.set("from", edge(i));
        item.set("to", edge(i + 1));
        item.set("count", counts[static_cast<std::size_t>(i)]);
    }
    return list;
}

Result<json::Value> column_report(
    engine::Work& work, const Column& column, std::int64_t row_count, const std::vector<Cell>& cells
) {
    json::Value out = json::Value::object();
    out.set("name", column.name);
    out.set("type", column.type);
    const std::int64_t known = parse_integer(cells[0].value_or("0")).value_or(0);
    out.set("count", known);
    out.set("nulls", row_count - known);
    out.set("distinct", number_or_null(cells[1]));
    out.set("min", text_or_null(cells[2]));
    out.set("max", text_or_null(cells[3]));
    out.set("mean", number_or_null(cells[4]));
    out.set("top", TRY(most_frequent(work, column)));
    out.set("histogram", is_number(column) ? TRY(histogram(work, column)) : json::Value::array());
    return out;
}

Result<json::Value> sample(
    engine::Work& work,
    const Compiled& compiled,
    const std::vector<Column>& columns,
    std::int64_t rows
) {
    const std::string order = compiled.order_by.empty() ? "" : " ORDER BY " + compiled.order_by;
    const auto result = TRY(work.query(
        "SELECT " + quote_names(columns) + from + order + " LIMIT " + std::to_string(rows)
    ));
    std::string text = "[";
    while (TRY(result->append_rows(engine::ResultFormat::JsonRows, text)) > 0) {
    }
    return json::parse(text + "]");
}

std::int64_t input_row_count(engine::Work& work, const Recipe& recipe, std::int64_t max) {
    const auto rows = work.rows(
        "SELECT count(*) AS n FROM (SELECT 1 FROM " + quote_name(recipe.input.schema) + "." +
            quote_name(recipe.input.table) + " LIMIT " + std::to_string(max + 1) + ") AS part",
        1
    );
    if (!rows.ok() || rows.value().rows.empty()) return 0;
    return parse_integer(rows.value().rows[0][0].value_or("0")).value_or(0);
}

}  // namespace

Result<json::Value> preview(
    const Recipe& recipe, engine::Engine& engine, engine::Work& work, const PreviewOptions& options
) {
    if (options.step != SIZE_MAX && options.step > recipe.steps.size()) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "there is no step " + std::to_string(options.step) + " in recipe " + recipe.name
        )
            .with_hint("It has " + std::to_string(recipe.steps.size()) + " steps.");
    }
    WorkTables tables(engine, work);
    const CompileOptions wanted{options.step, options.input_rows_max};
    const Compiled compiled = TRY(compile(recipe, tables, wanted));
    const auto looked = work.add_result(looked_at(), compiled.sql);
    if (!looked.ok()) return explain(recipe, tables, looked.error(), wanted);
    const std::int64_t row_count = *looked;
    const std::vector<Cell> cells = TRY(all_figures(work, compiled.columns));
    json::Value out = json::Value::object();
    out.set("recipe", recipe.name);
    out.set("step", static_cast<std::int64_t>(compiled.steps.size()));
    out.set("steps", static_cast<std::int64_t>(recipe.steps.size()));
    out.set("sql", compiled.sql);
    out.set("row_count", row_count);
    out.set(
        "input_limited",
        options.input_rows_max > 0 &&
            input_row_count(work, recipe, options.input_rows_max) > options.input_rows_max
    );
    json::Value& columns = out.set("columns", json::Value::array());
    for (std::size_t i = 0; i < compiled.columns.size(); ++i) {
        const auto begin = cells.begin() + static_cast<std::ptrdiff_t>(i * figures);
        const std::vector<Cell> own(begin, begin + static_cast<std::ptrdiff_t>(figures));
        columns.add(TRY(column_report(work, compiled.columns[i], row_count, own)));
    }
    out.set("rows", TRY(sample(work, compiled, compiled.columns, options.rows)));
    return out;
}

}  // namespace tradewind::recipe
