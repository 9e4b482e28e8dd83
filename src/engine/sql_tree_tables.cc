#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "engine/sql_functions.h"
#include "engine/sql_growth.h"
#include "engine/sql_tree.h"

namespace tradewind::engine {

namespace {

// Planning time grows with the fourth power of the number of joined tables (40: 0.1 s, 80: 5 s,
// measured on 1.5.5), and nothing can interrupt it.
constexpr int table_count_max = 40;

}  // namespace

Result<std::size_t> TreeWalk::table(element value) {
    growth_ = 1;
    if (!value.is_object()) return std::size_t{0};
    const object node = value;
    if (++table_count_ > table_count_max) {
        return too_large("more than " + std::to_string(table_count_max) + " tables joined");
    }
    const std::string_view type = text_of(node, "type");
    if (type == "EMPTY") {
        --table_count_;
        return std::size_t{0};
    }
    if (type == "BASE_TABLE") return base_table(node);
    if (type == "TABLE_FUNCTION") return table_function(node);
    if (type == "SHOW_REF") return shown(node);
    if (type == "PIVOT") return pivot(node);
    if (type == "SUBQUERY") {
        --table_count_;
        return query_of(node, "subquery");
    }
    if (type == "JOIN") {
        --table_count_;
        const std::size_t left = TRY(table(node["left"]));
        const std::size_t growth_left = growth_;
        const std::size_t right = TRY(table(node["right"]));
        const std::size_t growth_both = std::max(growth_left, growth_);
        for (const auto field : node) {
            if (field.key != "left" && field.key != "right") TRY(any(field.value));
        }
        growth_ = growth_both;
        return width(left + right);
    }
    if (type == "EXPRESSION_LIST") {
        TRY(children(node));
        std::size_t columns = 1;
        for (const element row : array(node["values"])) {
            columns = std::max(columns, array(row).size());
        }
        return width(columns);
    }
    return refused(node, "this kind of table is not allowed");
}

void TreeWalk::note_use(object node, const std::string& schema, const std::string& name) {
    const bool known = std::any_of(uses_->begin(), uses_->end(), [&](const TableUse& use) {
        return use.name.schema == schema && use.name.table == name;
    });
    if (known) return;
    TableUse use{{schema, name}};
    std::uint64_t offset = 0;
    if (node["query_location"].get(offset) == simdjson::SUCCESS && offset < sql_.size())
        std::tie(use.line, use.column) = line_and_column(sql_, offset);
    uses_->push_back(std::move(use));
}

Result<std::size_t> TreeWalk::base_table(object node) {
    // Columns of a real table: as many as any of ours has, for the estimate.
    constexpr std::size_t table_width = 32;
    const std::string schema = to_lower_ascii(text_of(node, "schema_name"));
    const std::string name = to_lower_ascii(text_of(node, "table_name"));
    const bool plain = text_of(node, "catalog_name").empty();
    if (plain && schema.empty()) {
        const auto cte = std::find_if(ctes_.rbegin(), ctes_.rend(), [&](const Cte& c) {
            return c.name == name;
        });
        if (cte != ctes_.rend()) {
            growth_ = cte->growth;
            return cte->width;
        }
    }
    TRY(children(node));
    const int count = plain ? tables_.count(schema, name) : 0;
    if (count == 1) {
        if (uses_ != nullptr) note_use(node, schema, name);
        return table_width;
    }
    const std::string shown_name = schema.empty() ? name : schema + "." + name;
    if (count > 1) {
        return refused(node, "the table name \"" + shown_name + "\" is ambiguous")
            .with_hint("Write its schema before it.");
    }
    if (plain) {
        if (auto why = tables_.why_missing(schema, name)) return *std::move(why);
    }
    const std::string nearest = tables_.nearest(schema, name);
    Error error = refused(node, "there is no table \"" + shown_name + "\"");
    return std::move(error).with_hint(
        nearest.empty() ? "Queries read published tables only, no files."
                        : "Did you mean " + nearest + "?"
    );
}

namespace {

// unnest(range(…)) and its like: rows of one number each, however long the list.
bool only_counts(object function_node) {
    array arguments;
    object list;
    std::string_view name;
    return function_node["children"].get(arguments) == simdjson::SUCCESS && arguments.size() == 1 &&
           arguments.at(0).get(list) == simdjson::SUCCESS &&
           list["function_name"].get(name) == simdjson::SUCCESS && makes_numbers(name);
}

}  // namespace

Result<std::size_t> TreeWalk::table_function(object node) {
    object function_node;
    if (node["function"].get(function_node) != simdjson::SUCCESS ||
        text_of(function_node, "class") != "FUNCTION") {
        return refused(node, "this kind of table is not allowed");
    }
    const std::string name = to_lower_ascii(text_of(function_node, "function_name"));
    if (!table_function_allowed(name) || !text_of(function_node, "schema").empty() ||
        !text_of(function_node, "catalog").empty()) {
        return refused(node, "the table function \"" + name + "\" is not allowed")
            .with_hint(
                "Queries read published tables; range, generate_series, unnest, json_each and "
                "json_tree make rows."
            );
    }
    // Its arguments are values too, and are made at once, before a row of them is seen.
    const Growing around = std::exchange(growing_, Growing{});
    TRY(children(function_node));
    growth_ = grown(grown(growing_.source, growing_.factor_most), growing_.joined);
    growth_most_ = std::max(growth_most_, growth_);
    growing_ = around;
    if (only_counts(function_node)) growth_ = 1;
    TRY(any(element(node["sample"])));
    return std::size_t{8};
}

// DESCRIBE and SUMMARIZE carry the query that they describe; SHOW TABLES and its like read the
// catalog.
Result<std::size_t> TreeWalk::shown(object node) {
    object query_node;
    if (node["query"].get(query_node) != simdjson::SUCCESS) {
        return refused(node, "SHOW is not allowed")
            .with_hint("The table system.tables lists what there is.");
    }
    TRY(query(query_node));
    return std::size_t{16};
}

Result<std::size_t> TreeWalk::pivot(object node) {
    const std::size_t source_width = TRY(table(node["source"]));
    const std::size_t source_growth = growth_;
    std::size_t combinations = 1;
    array pivots;
    if (node["pivots"].get(pivots) == simdjson::SUCCESS) {
        for (const object column : pivots) {
            array entries;
            if (column["entries"].get(entries) != simdjson::SUCCESS) continue;
            combinations = TRY(width(combinations * std::max<std::size_t>(entries.size(), 1)));
        }
    }
    const std::size_t aggregates = std::max<std::size_t>(array(node["aggregates"]).size(), 1);
    for (const auto field : node) {
        if (field.key != "source") TRY(any(field.value));
    }
    growth_ = source_growth;
    return width(source_width + combinations * aggregates);
}

}  // namespace tradewind::engine
