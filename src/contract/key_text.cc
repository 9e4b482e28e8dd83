#include "contract/key_text.h"

#include <charconv>

#include "base/decimal.h"
#include "base/time.h"
#include "contract/contract_data.h"
#include "contract/convert.h"

namespace tradewind::contract {

namespace {

std::string format_double(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof(text), value);
    return std::string(text, end.ptr);
}

// Booleans have one way to be asked for, and a double is no key of a table.
bool has_other_spellings(const Field& field) {
    const ColumnType type = field.column.type;
    return type != ColumnType::Boolean && type != ColumnType::Double &&
           (type != ColumnType::Text || field.integral);
}

}  // namespace

void assign_key_text(std::string& key, const ColumnSpec& spec, const Column& column) {
    const std::size_t row = column.size() - 1;
    if (column.null(row)) {
        key.clear();
        return;
    }
    switch (spec.type) {
        case ColumnType::Text:
            key.assign(column.text(row));
            break;
        case ColumnType::Double:
            key = format_double(column.real(row));
            break;
        case ColumnType::Decimal:
            key = format_decimal_short(column.integer(row), spec.scale);
            break;
        case ColumnType::Date:
            key = format_date(column.integer(row));
            break;
        case ColumnType::Timestamp:
            key = format_sql(Timestamp{column.integer(row)});
            break;
        default:
            key = std::to_string(column.integer(row));
            break;
    }
}

std::string normal_key(const Contract& contract, const std::string& column, std::string_view text) {
    for (const Field& field : data_of(contract).field_specs()) {
        if (field.column.name != column || !has_other_spellings(field)) continue;
        Column value(field.column.type);
        if (convert(field, {text, Form::Cell}, value) != Outcome::Stored) break;
        std::string key;
        assign_key_text(key, field.column, value);
        return key;
    }
    return std::string(text);
}

}  // namespace tradewind::contract
