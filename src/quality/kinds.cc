#include "quality/kinds.h"

#include "base/check.h"

namespace tradewind::quality {

const std::vector<KindSpec>& kind_specs() {
    static const std::vector<KindSpec> specs = {
        {Kind::NotNull, "not_null", ShortForm::Columns, {"column", "columns"}, true},
        {Kind::Unique, "unique", ShortForm::Columns, {"column", "columns"}},
        {Kind::AcceptedValues,
         "accepted_values",
         ShortForm::None,
         {"column", "columns", "values"},
         true},
        {Kind::Relationships,
         "relationships",
         ShortForm::None,
         {"column", "columns", "to", "field", "fields", "to_where"}},
        {Kind::Min, "min", ShortForm::None, {"column", "columns", "value"}, true},
        {Kind::Max, "max", ShortForm::None, {"column", "columns", "value"}, true},
        {Kind::Pattern, "pattern", ShortForm::None, {"column", "columns", "regex"}, true},
        {Kind::RowCount,
         "row_count",
         ShortForm::Rows,
         {"min", "max", "equals", "to_where", "tolerance"}},
        {Kind::Type, "type", ShortForm::None, {"column", "columns", "is", "casts_to"}, true},
        {Kind::Encoding, "encoding", ShortForm::Columns, {"column", "columns"}, true},
        {Kind::Freshness, "freshness", ShortForm::None, {"column", "max_age"}},
        {Kind::SumEquals,
         "sum_equals",
         ShortForm::None,
         {"column", "expression", "value", "to", "field", "to_expression", "to_where", "tolerance"}
        },
        {Kind::Drift,
         "drift",
         ShortForm::None,
         {"column", "columns", "to", "model", "field", "to_where", "newer_by", "max_psi", "bins"},
         true},
        {Kind::Expression, "expression", ShortForm::Expression, {"condition"}},
        {Kind::Sql, "sql", ShortForm::Sql, {"sql"}},
    };
    return specs;
}

const KindSpec& spec_of(Kind kind) {
    for (const KindSpec& spec : kind_specs()) {
        if (spec.kind == kind) return spec;
    }
    CHECK(false);  // every kind is in the table
    return kind_specs().front();
}

const std::vector<std::string_view>& common_keys() {
    static const std::vector<std::string_view> keys = {"name", "description", "blocking", "where"};
    return keys;
}

const char* to_string(Kind kind) {
    return spec_of(kind).name.data();  // a literal: it ends in a zero
}

const std::vector<Kind>& all_kinds() {
    static const std::vector<Kind> kinds = [] {
        std::vector<Kind> all;
        for (const KindSpec& spec : kind_specs()) all.push_back(spec.kind);
        return all;
    }();
    return kinds;
}

}  // namespace tradewind::quality
