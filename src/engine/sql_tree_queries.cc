#include <array>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "engine/sql_growth.h"
#include "engine/sql_tree.h"

namespace tradewind::engine {

namespace {

using namespace std::string_view_literals;

constexpr int set_operation_count_max = 500;
// Made by functions, not read from tables; 2,048 of them are in memory at a time.
constexpr std::size_t value_bytes_max = 256u << 10;

// A catalog name that a CTE could be mistaken for, should the engine ever look there first.
constexpr std::array reserved_prefixes{
    "duckdb_"sv, "pragma_"sv, "sqlite_"sv, "pg_"sv, "hot_"sv, "information_schema"sv
};

}  // namespace

std::pair<std::int64_t, std::int64_t> line_and_column(std::string_view sql, std::size_t offset) {
    const std::string_view before = sql.substr(0, offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t line_begin = before.rfind('\n') + 1;
    return {line, static_cast<std::int64_t>(offset - line_begin + 1)};
}

std::string place_of(std::string_view sql, std::size_t offset) {
    const auto [line, column] = line_and_column(sql, offset);
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

Error TreeWalk::refused(object node, std::string message) const {
    Error error(ErrorCode::InvalidArgument, std::move(message));
    std::uint64_t offset = 0;
    if (node["query_location"].get(offset) != simdjson::SUCCESS || offset >= sql_.size())
        return error;
    return std::move(error).with_detail("It stands at " + place_of(sql_, offset) + ".");
}

Error TreeWalk::too_large(std::string what) const {
    return Error(ErrorCode::ResourceExhausted, "the statement is too complex: " + std::move(what))
        .with_hint("Split it, or put intermediate results into a CTE.");
}

Result<std::size_t> TreeWalk::width(std::size_t columns) const {
    if (columns > limits::columns_max) {
        return too_large(
            "a part of it could have more than " + format_count(limits::columns_max) + " columns"
        );
    }
    return columns;
}

Result<void> TreeWalk::check_growth() const {
    if (grown(growth_most_, literal_bytes_most_) <= value_bytes_max) return {};
    return too_large(
        "a value of it could become larger than " +
        format_bytes(static_cast<std::int64_t>(value_bytes_max))
    );
}

Result<void> TreeWalk::any(element value) {
    if (value.is_array()) {
        for (const element item : array(value)) TRY(any(item));
        return {};
    }
    if (!value.is_object()) return {};
    const object node = value;
    if (has(node, "class")) return expression(node);
    if (has(node, "cte_map")) {
        TRY(query(node));
        return {};
    }
    if (has(node, "sample") && has(node, "alias")) {
        TRY(table(value));
        return {};
    }
    return children(node);
}

Result<void> TreeWalk::children(object node) {
    for (const auto field : node) TRY(any(field.value));
    return {};
}

// A select statement wraps its node: {"node": …, "named_param_map": …}.
Result<std::size_t> TreeWalk::query_of(object holder, const char* name) {
    object statement;
    if (holder[name].get(statement) != simdjson::SUCCESS)
        return refused(holder, "part of the statement is missing");
    object node;
    if (statement["node"].get(node) != simdjson::SUCCESS) return query(statement);
    return query(node);
}

Result<std::size_t> TreeWalk::query(object node) {
    const std::size_t cte_count = ctes_.size();
    const std::string_view type = text_of(node, "type");
    std::size_t columns = 0;
    if (type == "SELECT_NODE") {
        TRY(ctes(node));
        columns = TRY(select(node));
    } else if (type == "SET_OPERATION_NODE") {
        TRY(ctes(node));
        columns = TRY(set_operation(node));
    } else if (type == "RECURSIVE_CTE_NODE") {
        TRY(ctes(node));
        columns = TRY(recursion(node));
    } else {
        return refused(node, "this kind of statement is not allowed");
    }
    ctes_.erase(ctes_.begin() + static_cast<std::ptrdiff_t>(cte_count), ctes_.end());
    return columns;
}

Result<void> TreeWalk::ctes(object node) {
    array map;
    if (node["cte_map"]["map"].get(map) != simdjson::SUCCESS) return {};
    for (const object entry : map) {
        const std::string name = to_lower_ascii(text_of(entry, "key"));
        const object value = entry["value"];
        const bool reserved = std::any_of(
            reserved_prefixes.begin(),
            reserved_prefixes.end(),
            [&](std::string_view prefix) { return name.starts_with(prefix); }
        );
        if (reserved || name.find_first_of("./\\:*?[]{}'\"") != std::string::npos) {
            return refused(value, "a CTE cannot be named \"" + name + "\"");
        }
        // Seen by the CTEs after it, not by itself: there its name means a table.
        const std::size_t columns = TRY(query_of(value, "query"));
        ctes_.push_back({name, columns, growth_});
        for (const char* part : {"key_targets", "payload_aggregates"}) {
            element expressions;
            if (value[part].get(expressions) == simdjson::SUCCESS) TRY(any(expressions));
        }
    }
    return {};
}

Result<std::size_t> TreeWalk::select(object node) {
    const element source = node["from_table"];
    const std::size_t source_width = TRY(table(source));
    const Growing around = std::exchange(growing_, Growing{.source = growth_});
    aliases_.emplace_back();
    const std::size_t columns = TRY(select_list(node["select_list"], source_width));
    for (const auto field : node) {
        if (field.key != "from_table" && field.key != "select_list" && field.key != "cte_map")
            TRY(any(field.value));
    }
    aliases_.pop_back();
    growth_ = grown(grown(growing_.source, growing_.factor_most), growing_.joined);
    growth_most_ = std::max(growth_most_, growth_);
    growing_ = around;
    return width(columns);
}

Result<std::size_t> TreeWalk::select_list(array items, std::size_t source_width) {
    std::size_t columns = 0;
    for (const object item : items) {
        const std::size_t nodes_before = node_count_;
        const std::size_t joined_before = growing_.joined;
        const std::size_t most_before = std::exchange(growing_.factor_most, 1);
        const bool star_before = std::exchange(star_seen_, false);
        TRY(expression(item));
        columns = TRY(width(columns + (star_seen_ ? std::max<std::size_t>(source_width, 1) : 1)));
        star_seen_ = star_before;
        const std::string_view alias = text_of(item, "alias");
        if (!alias.empty()) {
            aliases_.back()[to_lower_ascii(alias)] = {
                node_count_ - nodes_before, growing_.factor_most, growing_.joined - joined_before
            };
        }
        growing_.factor_most = std::max(growing_.factor_most, most_before);
    }
    return columns;
}

Result<std::size_t> TreeWalk::set_operation(object node) {
    if (++set_operation_count_ > set_operation_count_max) {
        return too_large(
            "more than " + std::to_string(set_operation_count_max) + " set operations"
        );
    }
    std::size_t sum = 0;
    std::size_t most = 0;
    std::size_t growth_both = 1;
    const int table_count_before = table_count_;
    int table_count_most = table_count_before;
    for (const auto field : node) {
        if (field.key != "left" && field.key != "right") {
            if (field.key != "cte_map") TRY(any(field.value));
            continue;
        }
        table_count_ = table_count_before;
        const std::size_t columns = TRY(query(field.value));
        growth_both = std::max(growth_both, growth_);
        table_count_most = std::max(table_count_most, table_count_);
        sum += columns;
        most = std::max(most, columns);
    }
    table_count_ = table_count_most;
    growth_ = growth_both;
    return width(text_of(node, "setop_type") == "UNION_BY_NAME" ? sum : most);
}

// The part after UNION sees the CTE by its name, the part before does not.
Result<std::size_t> TreeWalk::recursion(object node) {
    const std::size_t columns = TRY(query(node["left"]));
    ctes_.push_back({to_lower_ascii(text_of(node, "cte_name")), columns, growth_});
    TRY(query(node["right"]));
    ctes_.pop_back();
    for (const auto field : node) {
        if (field.key != "left" && field.key != "right" && field.key != "cte_map")
            TRY(any(field.value));
    }
    return columns;
}

}  // namespace tradewind::engine
