#include "draft/checks.h"

#include <algorithm>
#include <optional>

#include "base/sql_text.h"
#include "base/text.h"
#include "draft/words.h"

namespace tradewind::draft {

namespace {

// A handful of values that come again and again is a list; fewer rows tell nothing.
constexpr std::int64_t values_max = 10;
constexpr std::int64_t rows_per_value = 10;
constexpr std::int64_t value_length_max = 60;

const Field* field_of(const Table& table, const std::string& name) {
    const auto found = std::ranges::find(table.fields, name, &Field::name);
    return found == table.fields.end() ? nullptr : &*found;
}

bool is_number(const std::string& type) {
    return type == "BIGINT" || type == "DOUBLE" || type.starts_with("DECIMAL");
}

bool in_key(const Table& table, const std::string& column) {
    return std::ranges::find(table.key.columns, column) != table.key.columns.end();
}

std::string all_rows(const Table& table) {
    return "all " + count_of(table.profile.row_count, "row", "rows");
}

void learn_not_null(Table& table) {
    std::vector<std::string> columns;
    for (const quality::ColumnProfile& column : table.profile.columns) {
        if (column.nulls == 0 && field_of(table, column.name) != nullptr)
            columns.push_back(column.name);
    }
    if (columns.empty()) return;
    table.checks.push_back(
        {"not_null: " + yaml_list(columns, true), "never null in " + all_rows(table), true}
    );
}

void learn_unique(Table& table) {
    if (table.key.columns.empty()) return;
    table.checks.push_back(
        {"unique: " + yaml_list(table.key.columns, true), "the key: one row each", true}
    );
}

bool flags(const quality::ColumnProfile& column) {
    return column.type == "BIGINT" && column.distinct == 2 && column.min == "0" &&
           column.max == "1";
}

std::string list_values(const quality::ColumnProfile& column) {
    std::vector<std::string> values;
    for (const quality::TopValue& value : column.top) values.push_back(value.value.value_or(""));
    std::ranges::sort(values);
    return column.type == "BIGINT" ? "[" + join(values, ", ") + "]" : yaml_list(values);
}

void learn_values(Table& table, const quality::ColumnProfile& column) {
    const bool text = column.type == "STRING" || column.type == "VARCHAR";
    if ((!text && !flags(column)) || in_key(table, column.name) || names_an_id(column.name)) return;
    if (!column.distinct_exact || !column.top_exact || column.distinct > values_max) return;
    const std::int64_t values = table.profile.row_count - column.nulls;
    if (column.distinct < 2 || values < column.distinct * rows_per_value) return;
    if (text && column.length_max.value_or(0) > value_length_max) return;
    table.checks.push_back(
        {"accepted_values: {column: " + yaml_text(column.name) +
             ", values: " + list_values(column) + "}",
         "only these in " + all_rows(table),
         false}
    );
}

// What a name lets one expect: hours end at 23.
std::optional<std::int64_t> natural_max(const std::string& column, std::int64_t greatest) {
    const std::vector<std::string> words = split(column, '_');
    const auto has = [&](std::string_view word) {
        return std::ranges::find(words, word) != words.end();
    };
    if (has("hour") && greatest <= 23) return 23;
    if (has("month") && greatest <= 12) return 12;
    if ((has("dow") || has("weekday")) && greatest <= 7) return greatest <= 6 ? 6 : 7;
    if ((has("percent") || has("pct")) && greatest <= 100) return 100;
    return std::nullopt;
}

void learn_bounds(Table& table, const quality::ColumnProfile& column) {
    if (!is_number(column.type) || names_an_id(column.name) || !column.min || flags(column)) return;
    const auto least = parse_double(*column.min);
    const auto greatest = parse_double(column.max.value_or(""));
    if (!least || !greatest || *least < 0) return;
    const std::string range = *column.min + " to " + *column.max + " in " + all_rows(table);
    const auto highest = column.type == "BIGINT"
                             ? natural_max(column.name, static_cast<std::int64_t>(*greatest))
                             : std::nullopt;
    if (!names_an_amount(column.name) && !highest) return;
    table.checks.push_back({"min: {column: " + yaml_text(column.name) + ", value: 0}", range, false}
    );
    if (!highest) return;
    table.checks.push_back(
        {"max: {column: " + yaml_text(column.name) + ", value: " + std::to_string(*highest) + "}",
         range,
         false}
    );
}

// May the column's values be keys of the other table, by what both are called?
bool may_refer(const std::string& column, const Table& other) {
    if (other.key.columns.size() != 1) return false;
    const std::string& key = other.key.columns.front();
    const std::string own = singular(other.source);
    if (column == key) return key != "id" && key != "no" && key != "code" && key != "number";
    return column == own + "_" + key || column == own || column.ends_with("_" + own + "_" + key) ||
           (key.starts_with(own + "_") && column.ends_with("_" + key));
}

std::string kind_of(const Field& field) {
    if (!field.cast.empty()) return field.cast;
    return field.type == "bigint" || field.type.starts_with("decimal") ? "number" : field.type;
}

struct Reference {
    std::string column;
    std::string key;
    std::int64_t values = 0;
    std::int64_t missing = 0;
};

Result<Reference> compare(
    Rows& rows, const Table& table, const std::string& column, const Table& other
) {
    Reference reference{column, other.key.columns.front(), 0, 0};
    const std::string from = "raw." + quote_name(table.source);
    const std::string name = quote_name(column);
    const std::string distinct =
        "(SELECT DISTINCT " + name + " AS v FROM " + from + " WHERE " + name + " IS NOT NULL)";
    reference.values = TRY(rows.count("SELECT count(*) FROM " + distinct));
    reference.missing = TRY(rows.count(
        "SELECT count(*) FROM " + distinct + " WHERE v NOT IN (SELECT " +
        quote_name(reference.key) + " FROM raw." + quote_name(other.source) + " WHERE " +
        quote_name(reference.key) + " IS NOT NULL)"
    ));
    return reference;
}

void note_relation(Table& table, const Table& other, const Reference& found) {
    if (found.missing == 0) {
        table.checks.push_back(
            {"relationships: {column: " + yaml_text(found.column) + ", to: raw." + other.source +
                 ", field: " + yaml_text(found.key) + "}",
             count_of(found.values, "value", "values") + ", all of them there",
             false}
        );
    } else if (found.missing * 20 <= found.values) {
        table.notes.push_back(
            format_count(found.missing) + " of " + format_count(found.values) + " values of " +
            found.column + " are not in " + other.source + "." + found.key +
            ", so no check was drafted for it"
        );
    }
}

}  // namespace

void learn_checks(Table& table) {
    if (table.profile.row_count == 0) return;
    learn_not_null(table);
    learn_unique(table);
    for (const quality::ColumnProfile& column : table.profile.columns) {
        if (field_of(table, column.name) == nullptr) continue;
        learn_values(table, column);
        learn_bounds(table, column);
    }
}

Result<void> learn_relations(Rows& rows, std::vector<Table>& tables) {
    for (Table& table : tables) {
        for (const Field& field : table.fields) {
            // A key that is also another table's key says nothing of which refers to which.
            const bool own_key = table.key.columns == std::vector{field.name};
            for (const Table& other : tables) {
                if (&other == &table || table.row_count == 0 || !may_refer(field.name, other))
                    continue;
                const Field* key = field_of(other, other.key.columns.front());
                if (own_key && field.name == other.key.columns.front()) continue;
                if (key == nullptr || kind_of(*key) != kind_of(field) || !field.cast.empty())
                    continue;
                const Reference found = TRY(compare(rows, table, field.name, other));
                if (found.values > 0) note_relation(table, other, found);
            }
        }
    }
    return {};
}

}  // namespace tradewind::draft
