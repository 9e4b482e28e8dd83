#include "pipeline/check_text.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace tradewind::pipeline {

namespace {

std::string text_of(const quality::Literal& value) {
    return value.text + (value.number ? " number" : " text");
}

std::string text_of(const std::optional<quality::Literal>& value) {
    return value ? text_of(*value) : "none";
}

std::string text_of(const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : "none";
}

template <typename List>
void append(std::vector<std::string>& parts, const List& list) {
    parts.push_back(std::to_string(list.size()));
    parts.insert(parts.end(), list.begin(), list.end());
}

}  // namespace

// Every member is named: one more does not compile until somebody decides whether it counts. What a
// check is told to be (its description), where it stands and what a run sets in it do not.
std::string text_of(const quality::Check& check) {
    // clang-format off
    [[maybe_unused]] const auto& [
        name, kind, description, blocking, where, columns, values, bound, psi_max, bins, model,
        newer_by, untrained, to, fields, to_where, regex, type, casts_to, rows_min, rows_max,
        max_age_us, sum, tolerance, expression, to_expression, sql, at
    ] = check;
    // clang-format on
    std::vector<std::string> parts{
        name,
        std::to_string(static_cast<int>(kind)),
        blocking ? "blocking" : "",
        where,
        text_of(bound),
        std::to_string(psi_max),
        std::to_string(bins),
        model,
        newer_by,
        to ? to->text() : "",
        to_where,
        regex,
        type,
        casts_to,
        text_of(rows_min),
        text_of(rows_max),
        text_of(max_age_us),
        text_of(sum),
        text_of(tolerance),
        expression,
        to_expression,
        sql
    };
    append(parts, columns);
    append(parts, fields);
    std::vector<std::string> literals;
    for (const quality::Literal& value : values) literals.push_back(text_of(value));
    append(parts, literals);
    std::string text;
    for (const std::string& part : parts) text += std::to_string(part.size()) + ":" + part + "\n";
    return text;
}

}  // namespace tradewind::pipeline
