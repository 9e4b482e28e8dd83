#include <array>

#include "base/text.h"
#include "engine/sql_functions.h"
#include "engine/sql_growth.h"
#include "engine/sql_tree.h"

namespace tradewind::engine {

namespace {

using namespace std::string_view_literals;

// Planning time grows with the square of an expression's depth (200: 0.2 s) and of the number of
// windows (1,000: 3 s), and doubles with each scalar subquery inside another (16: 0.05 s, 24: more
// than 5 s). All measured on 1.5.5; nothing can interrupt it.
constexpr int expression_depth_max = 200;
constexpr int subquery_depth_max = 8;
constexpr int window_count_max = 200;
constexpr std::size_t node_count_max = 200'000;
constexpr int lambda_depth_max = 2;

// Names that the parser itself writes with the schema "main".
constexpr std::array parser_schema{"main"sv};

constexpr std::array plain_classes{
    "BETWEEN"sv,
    "CASE"sv,
    "CAST"sv,
    "COLLATE"sv,
    "COMPARISON"sv,
    "CONJUNCTION"sv,
    "CONSTANT"sv,
    "TYPE"sv,
    "STAR"sv,
    "LAMBDA"sv,
    "OPERATOR"sv,
    "POSITIONAL_REFERENCE"sv,
    "LAMBDA_REF"sv,
};

}  // namespace

Result<void> TreeWalk::expression(object node) {
    if (++node_count_ > node_count_max) {
        return too_large(
            "more than " + format_count(node_count_max) + " parts, counting the use of aliases"
        );
    }
    if (++expression_depth_ > expression_depth_max) {
        return too_large(
            "expressions nested more than " + std::to_string(expression_depth_max) + " deep"
        );
    }
    const std::string_view kind = text_of(node, "class");
    if (kind == "FUNCTION" || kind == "WINDOW") {
        if (kind == "WINDOW" && ++window_count_ > window_count_max) {
            return too_large("more than " + std::to_string(window_count_max) + " windows");
        }
        TRY(function(node));
    } else if (kind == "COLUMN_REF") {
        TRY(column(node));
    } else if (kind == "SUBQUERY") {
        TRY(subquery(node));
    } else if (kind == "PARAMETER") {
        return refused(node, "parameters such as ? and $1 are not allowed")
            .with_hint("Write the value itself.");
    } else if (contains(plain_classes, kind)) {
        if (kind == "STAR") star_seen_ = true;
        const int lambda = kind == "LAMBDA" ? 1 : 0;
        if ((lambda_depth_ += lambda) > lambda_depth_max) {
            return too_large(
                "lambdas nested more than " + std::to_string(lambda_depth_max) + " deep"
            );
        }
        std::string_view text;
        if (kind == "CONSTANT" && node["value"]["value"].get(text) == simdjson::SUCCESS)
            literal_bytes_most_ = std::max(literal_bytes_most_, text.size());
        // What a lambda makes, it makes for every item of the list before it.
        const std::size_t factor_around = growing_.factor;
        if (lambda != 0) growing_.factor = grown(growing_.factor, growing_.factor_most);
        TRY(children(node));
        growing_.factor = factor_around;
        lambda_depth_ -= lambda;
    } else {
        return refused(node, "this kind of expression is not allowed: " + to_lower_ascii(kind));
    }
    --expression_depth_;
    return {};
}

Result<void> TreeWalk::function(object node) {
    const std::string name = to_lower_ascii(text_of(node, "function_name"));
    const std::string_view schema = text_of(node, "schema");
    const bool foreign =
        !text_of(node, "catalog").empty() || (!schema.empty() && !contains(parser_schema, schema));
    if (foreign || !function_allowed(name)) {
        return refused(node, "the function \"" + name + "\" is not allowed")
            .with_hint(
                "Queries compute on published tables; files, settings and the engine's catalog are "
                "out of reach."
            );
    }
    if (true_of(node, "export_state")) return refused(node, "EXPORT_STATE is not allowed");
    return grow(node, name);
}

Result<void> TreeWalk::grow(object node, const std::string& name) {
    const auto growth = growth_of(name, node);
    if (!growth) {
        return refused(
                   node, "how much " + name + "() makes must be a plain number in the statement"
        )
            .with_hint(
                name == "range" || name == "generate_series"
                    ? "Use it as a table instead: SELECT … FROM " + name + "(…)."
                    : "Write the number itself."
            );
    }
    const std::size_t factor_around = growing_.factor;
    growing_.factor = grown(growing_.factor, growth->factor);
    growing_.factor_most = std::max(growing_.factor_most, growing_.factor);
    if (growth->joins && (name != "+" || lists_)) ++growing_.joined;
    const Growing before = growing_;
    TRY(children(node));
    const bool grew =
        growing_.joined != before.joined || growing_.factor_most != before.factor_most;
    if (growth->reduces && grew)
        return too_large(name + "() applied to values that it makes longer");
    growing_.factor = factor_around;
    return {};
}

Result<void> TreeWalk::column(object node) {
    const array names = node["column_names"];
    if (names.size() != 1) return {};
    const std::string name = to_lower_ascii(std::string_view(names.at(0)));
    for (const auto& list : aliases_) {
        const auto alias = list.find(name);
        if (alias == list.end()) continue;
        node_count_ += alias->second.node_count;
        growing_.joined += alias->second.joined;
        growing_.factor_most =
            std::max(growing_.factor_most, grown(growing_.factor, alias->second.factor));
        if (node_count_ > node_count_max)
            return too_large("column aliases that use each other grow too fast");
    }
    return {};
}

Result<void> TreeWalk::subquery(object node) {
    if (++subquery_depth_ > subquery_depth_max) {
        return too_large(
            "subqueries nested more than " + std::to_string(subquery_depth_max) + " deep"
        );
    }
    for (const auto field : node) {
        if (field.key == "subquery") {
            TRY(query_of(node, "subquery"));
            growing_.source = std::max(growing_.source, growth_);
        } else {
            TRY(any(field.value));
        }
    }
    --subquery_depth_;
    return {};
}

}  // namespace tradewind::engine
