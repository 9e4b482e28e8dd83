#include "draft/fields.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "draft/words.h"

namespace tradewind::draft {

namespace {

using catalog::Format;

// Spreadsheets count days from 1900: these are the years 1954 to 2119.
constexpr double serial_min = 20'000;
constexpr double serial_max = 80'000;

bool holds_doubles(const FoundTable& table) {
    return table.format == Format::Xlsx || table.format == Format::Parquet;
}

bool is_json(const FoundTable& table) {
    return table.format == Format::Json || table.format == Format::Ndjson;
}

bool is_whole(const std::string& type) {
    for (const char* name :
         {"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT"}) {
        if (type == name) return true;
    }
    return false;
}

bool is_real(const std::string& type) {
    return type == "DOUBLE" || type == "FLOAT" || type == "REAL";
}

bool is_number(const std::string& type) {
    return is_whole(type) || is_real(type) || type.starts_with("DECIMAL(");
}

bool is_sheet_date(const FoundTable& table, const FoundColumn& column, const std::string& name) {
    if (table.format != Format::Xlsx || !is_number(column.type) || !names_a_time(name))
        return false;
    const auto least = parse_double(column.min);
    const auto greatest = parse_double(column.max);
    return least && greatest && *least >= serial_min && *greatest <= serial_max;
}

// DECIMAL(20,0): contracts have decimals of 18 digits.
bool wider_than_contracts(const std::string& type) {
    constexpr std::int64_t digits_max = 18;
    const std::size_t open = type.find('(') + 1;
    const auto digits = parse_integer(type.substr(open, type.find(',') - open));
    return digits && *digits > digits_max;
}

void type_time(const FoundColumn& column, Field& field) {
    if (column.format.empty()) return;
    field.formats = {column.format};
    field.why = "written as " + column.format;
}

void type_sheet_date(const FoundColumn& column, Field& field) {
    field.type = is_whole(column.type) ? "date" : "timestamp";
    field.formats = {"excel_serial", "iso"};
    field.why = "the sheet's numbers of days, " + column.min + " to " + column.max;
}

void type_number(const FoundTable& table, const FoundColumn& column, Field& field) {
    if (is_whole(column.type)) {
        field.type = "bigint";
    } else if (is_real(column.type)) {
        const bool money = names_money(field.name) && holds_doubles(table);
        field.type = money ? "decimal(18,4)" : "double";
        if (money) field.why = "called like money, so it is exact: rounded to 4 digits";
    } else if (wider_than_contracts(column.type)) {
        field.why = column.type + " in the files; text, so that every digit stays";
        return;
    } else {
        field.type = to_lower_ascii(column.type);
        std::erase(field.type, ' ');
    }
    if (field.why.empty() && !column.min.empty()) field.why = column.min + " to " + column.max;
}

void choose_type(const FoundTable& table, const FoundColumn& column, Field& field) {
    field.type = "text";
    if (is_sheet_date(table, column, field.name)) return type_sheet_date(column, field);
    if (is_number(column.type)) return type_number(table, column, field);
    if (column.type == "BOOLEAN") field.type = "boolean";
    if (column.type == "DATE") field.type = "date";
    if (column.type.starts_with("TIMESTAMP")) field.type = "timestamp";
    if (column.type == "TIMESTAMP WITH TIME ZONE") field.why = "with its zone; kept as UTC";
    if (column.type == "DATE" || column.type.starts_with("TIMESTAMP")) type_time(column, field);
}

std::string lowered(std::string_view text) {
    return to_lower_ascii(trim(text));
}

// A field is called like its column where that is a name already; the others must not take such a
// name, by which the contract would find the wrong column.
class Names {
public:
    explicit Names(const std::vector<FoundColumn>& columns) {
        for (const FoundColumn& column : columns) headers_.insert(lowered(column.source));
    }
    std::string choose(const FoundColumn& column, std::size_t number) {
        const std::string own = lowered(column.source);
        std::string name = plain_name(column.source);
        if (name.empty()) name = "column_" + std::to_string(number);
        const std::string first = name;
        const auto taken = [&] {
            return used_.contains(name) || (name != own && headers_.contains(name));
        };
        for (int i = 2; taken(); ++i) name = first + "_" + std::to_string(i);
        used_.insert(name);
        return name;
    }

private:
    std::set<std::string> headers_;
    std::set<std::string> used_;
};

bool can_be_alias(std::string_view name) {
    return !name.empty() && name.size() <= limits::field_name_bytes_max && valid_utf8(name);
}

Field* find_field(Table& table, const std::string& name) {
    const auto found = std::ranges::find(table.fields, name, &Field::name);
    return found == table.fields.end() ? nullptr : &*found;
}

// What a database wrote for null stands in the text; the clean table takes it for null.
bool needs_null_text(const FoundTable& table, const Field& field) {
    return !table.null_texts.empty() && field.type != "text" && field.type != "json";
}

std::string sql_type(const std::string& type) {
    if (type == "bigint") return "BIGINT";
    if (type == "date") return "DATE";
    if (type == "timestamp") return "TIMESTAMP";
    if (type == "double") return "DOUBLE";
    if (type == "boolean") return "BOOLEAN";
    std::string sql = type;
    std::ranges::transform(sql, sql.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return sql;
}

}  // namespace

void draft_fields(Table& table) {
    Names names(table.found.columns);
    std::map<std::string, int> headers;
    for (const FoundColumn& column : table.found.columns) ++headers[lowered(column.source)];
    std::size_t number = 0;
    for (const FoundColumn& column : table.found.columns) {
        Field field;
        field.name = names.choose(column, ++number);
        const std::string source(trim(column.source));
        if (headers[lowered(source)] > 1) {
            table.left_out.push_back(
                comment_text(source) + ": several columns have this name; give each its own"
            );
            continue;
        }
        if (lowered(source) != field.name) {
            if (!can_be_alias(source)) {
                table.left_out.push_back(
                    comment_text(source) + ": no contract can hold such a name; shorten it"
                );
                continue;
            }
            field.aliases = {source};
        }
        if (table.fields.size() == limits::contract_fields_max) {
            table.left_out.push_back(
                comment_text(source) + ": a contract has at most " +
                std::to_string(limits::contract_fields_max) + " fields"
            );
            continue;
        }
        choose_type(table.found, column, field);
        table.fields.push_back(std::move(field));
    }
}

bool make_wider(
    Table& table, const std::string& name, const std::string& type, const std::string& reason
) {
    Field* field = find_field(table, name);
    if (field == nullptr) return false;
    if (type == "wrong_type" && field->type == "text" && is_json(table.found)) {
        field->type = "json";
        field->why = "nested values, kept as JSON";
        return true;
    }
    if (type == "duplicate_field" || field->type == "text" || field->type == "json") {
        table.left_out.push_back(
            comment_text(reason.starts_with(name + ": ") ? reason : name + ": " + reason)
        );
        std::erase_if(table.fields, [&](const Field& one) { return one.name == name; });
        return true;
    }
    if (needs_null_text(table.found, *field) && field->formats.empty()) {
        field->cast = sql_type(field->type);
        field->why = join(table.found.null_texts, " and ") +
                     " stands for null in it: the clean table makes it " + field->type;
    } else {
        field->why = "not " + field->type + " throughout: " + comment_text(reason);
    }
    field->type = "text";
    field->formats.clear();
    return true;
}

}  // namespace tradewind::draft
