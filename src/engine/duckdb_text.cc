#include "engine/duckdb_text.h"

#include <cmath>

#include "base/text.h"
#include "engine/csv_rows.h"
#include "engine/value_text.h"

namespace tradewind::engine {

namespace {

Int128 wide(duckdb_hugeint value) {
    return static_cast<Int128>(value.upper) * (static_cast<Int128>(1) << 64) +
           static_cast<Int128>(value.lower);
}

// UHUGEINT goes beyond 127 bits: in halves of 19 digits.
void append_unsigned_wide(std::string& out, duckdb_uhugeint value) {
    __extension__ using Unsigned128 = unsigned __int128;
    Unsigned128 rest = (static_cast<Unsigned128>(value.upper) << 64) | value.lower;
    char digits[40];
    char* begin = digits + sizeof(digits);
    do {
        *--begin = static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
    } while (rest != 0);
    out.append(begin, digits + sizeof(digits));
}

// Stored as a signed integer with its top bit turned, so that it sorts.
void append_uuid(std::string& out, duckdb_hugeint value) {
    constexpr std::string_view hex = "0123456789abcdef";
    const std::uint64_t halves[2] = {
        static_cast<std::uint64_t>(value.upper) ^ (1ULL << 63), value.lower
    };
    for (int digit = 0; digit < 32; ++digit) {
        if (digit == 8 || digit == 12 || digit == 16 || digit == 20) out.push_back('-');
        out.push_back(hex[halves[digit / 16] >> (60 - digit % 16 * 4) & 15]);
    }
}

void append_instant(std::string& out, std::int64_t micros, TextStyle style) {
    if (micros == INT64_MAX || micros == -INT64_MAX) {
        out += micros > 0 ? "infinity" : "-infinity";
        return;
    }
    append_timestamp_micros(
        out, micros, style == TextStyle::Csv ? TimeStyle::Csv : TimeStyle::Json
    );
}

std::int64_t saturating_multiply(std::int64_t value, std::int64_t factor) {
    std::int64_t product = 0;
    if (!__builtin_mul_overflow(value, factor, &product)) return product;
    return value > 0 ? INT64_MAX : -INT64_MAX;
}

void append_day(std::string& out, std::int32_t days) {
    if (days == INT32_MAX || days == -INT32_MAX) {
        out += days > 0 ? "infinity" : "-infinity";
        return;
    }
    append_date(out, days);
}

void append_time_with_zone(std::string& out, std::uint64_t bits) {
    const duckdb_time_tz_struct time = duckdb_from_time_tz(duckdb_time_tz{bits});
    const std::int64_t seconds = time.time.hour * 3600 + time.time.min * 60 + time.time.sec;
    append_time_micros(out, seconds * 1'000'000 + time.time.micros);
    append_zone_offset(out, time.offset);
}

}  // namespace

std::string_view ColumnText::text(idx_t row) const {
    const auto& string = static_cast<const duckdb_string_t*>(data_)[row];
    const std::uint32_t size = string.value.inlined.length;
    return {
        size <= sizeof(string.value.inlined.inlined) ? string.value.inlined.inlined
                                                     : string.value.pointer.ptr,
        size
    };
}

void ColumnText::bind(duckdb_vector vector) {
    data_ = duckdb_vector_get_data(vector);
    validity_ = duckdb_vector_get_validity(vector);
    switch (type_) {
        case DUCKDB_TYPE_LIST:
        case DUCKDB_TYPE_MAP:
            return children_[0].bind(duckdb_list_vector_get_child(vector));
        case DUCKDB_TYPE_ARRAY:
            return children_[0].bind(duckdb_array_vector_get_child(vector));
        case DUCKDB_TYPE_STRUCT:
        case DUCKDB_TYPE_UNION:
            for (idx_t i = 0; i < children_.size(); ++i) {
                children_[i].bind(duckdb_struct_vector_get_child(vector, i));
            }
            return;
        default:
            return;
    }
}

ColumnText::Shape ColumnText::shape() const {
    switch (type_) {
        case DUCKDB_TYPE_BOOLEAN:
            return Shape::Boolean;
        case DUCKDB_TYPE_TINYINT:
        case DUCKDB_TYPE_SMALLINT:
        case DUCKDB_TYPE_INTEGER:
        case DUCKDB_TYPE_BIGINT:
        case DUCKDB_TYPE_UTINYINT:
        case DUCKDB_TYPE_USMALLINT:
        case DUCKDB_TYPE_UINTEGER:
        case DUCKDB_TYPE_UBIGINT:
        case DUCKDB_TYPE_HUGEINT:
        case DUCKDB_TYPE_UHUGEINT:
        case DUCKDB_TYPE_DECIMAL:
            return Shape::Number;
        case DUCKDB_TYPE_FLOAT:
        case DUCKDB_TYPE_DOUBLE:
            return Shape::Real;
        case DUCKDB_TYPE_VARCHAR:
        case DUCKDB_TYPE_ENUM:
            return Shape::Text;
        case DUCKDB_TYPE_LIST:
        case DUCKDB_TYPE_ARRAY:
        case DUCKDB_TYPE_STRUCT:
        case DUCKDB_TYPE_MAP:
        case DUCKDB_TYPE_UNION:
            return Shape::Nested;
        default:
            return Shape::Quoted;
    }
}

void ColumnText::append(std::string& out, idx_t row, TextStyle style) const {
    const bool json = style == TextStyle::Json;
    if (null(row)) {
        if (json) out += "null";
        return;
    }
    switch (shape()) {
        case Shape::Number:
            return append_number(out, row);
        case Shape::Real:
            if (json && !real_is_finite(row)) {
                out += "null";
                return;
            }
            return append_number(out, row);
        case Shape::Boolean:
            out += value<bool>(row) ? "true" : "false";
            return;
        case Shape::Text: {
            const std::string_view bytes =
                type_ == DUCKDB_TYPE_ENUM ? names_[enum_index(row)] : text(row);
            return json ? append_json_text(out, bytes) : append_csv_text(out, bytes);
        }
        case Shape::Quoted:  // no such text holds a byte that needs an escape or CSV quotes
            if (json) out.push_back('"');
            append_word(out, row, style);
            if (json) out.push_back('"');
            return;
        case Shape::Nested: {
            if (json) return append_nested(out, row);
            std::string nested;
            append_nested(nested, row);
            return append_csv_text(out, nested);
        }
    }
}

void ColumnText::append_raw(std::string& out, idx_t row) const {
    switch (shape()) {
        case Shape::Text:
            out +=
                type_ == DUCKDB_TYPE_ENUM ? std::string_view(names_[enum_index(row)]) : text(row);
            return;
        case Shape::Nested:
            return append_nested(out, row);
        default:
            return append(out, row, TextStyle::Csv);
    }
}

bool ColumnText::real_is_finite(idx_t row) const {
    return type_ == DUCKDB_TYPE_FLOAT ? std::isfinite(value<float>(row))
                                      : std::isfinite(value<double>(row));
}

void ColumnText::append_number(std::string& out, idx_t row) const {
    switch (type_) {
        case DUCKDB_TYPE_TINYINT:
            return append_integer(out, value<std::int8_t>(row));
        case DUCKDB_TYPE_SMALLINT:
            return append_integer(out, value<std::int16_t>(row));
        case DUCKDB_TYPE_INTEGER:
            return append_integer(out, value<std::int32_t>(row));
        case DUCKDB_TYPE_BIGINT:
            return append_integer(out, value<std::int64_t>(row));
        case DUCKDB_TYPE_UTINYINT:
            return append_integer(out, value<std::uint8_t>(row));
        case DUCKDB_TYPE_USMALLINT:
            return append_integer(out, value<std::uint16_t>(row));
        case DUCKDB_TYPE_UINTEGER:
            return append_integer(out, value<std::uint32_t>(row));
        case DUCKDB_TYPE_UBIGINT:
            return append_unsigned(out, value<std::uint64_t>(row));
        case DUCKDB_TYPE_HUGEINT:
            return append_wide(out, wide(value<duckdb_hugeint>(row)));
        case DUCKDB_TYPE_UHUGEINT:
            return append_unsigned_wide(out, value<duckdb_uhugeint>(row));
        case DUCKDB_TYPE_FLOAT:
            return append_float(out, value<float>(row));
        case DUCKDB_TYPE_DOUBLE:
            return append_double(out, value<double>(row));
        default:
            return append_decimal_cell(out, row);
    }
}

bool ColumnText::short_number() const {
    switch (type_) {
        case DUCKDB_TYPE_TINYINT:
        case DUCKDB_TYPE_SMALLINT:
        case DUCKDB_TYPE_INTEGER:
        case DUCKDB_TYPE_BIGINT:
        case DUCKDB_TYPE_DOUBLE:
            return true;
        default:
            return false;
    }
}

char* ColumnText::put_number(char* to, idx_t row, KnownReals& reals) const {
    if (null(row)) return to;
    switch (type_) {
        case DUCKDB_TYPE_TINYINT:
            return put_integer(to, value<std::int8_t>(row));
        case DUCKDB_TYPE_SMALLINT:
            return put_integer(to, value<std::int16_t>(row));
        case DUCKDB_TYPE_INTEGER:
            return put_integer(to, value<std::int32_t>(row));
        case DUCKDB_TYPE_BIGINT:
            return put_integer(to, value<std::int64_t>(row));
        default:
            return reals.put(to, value<double>(row));
    }
}

void ColumnText::append_decimal_cell(std::string& out, idx_t row) const {
    switch (storage_) {
        case DUCKDB_TYPE_SMALLINT:
            return append_decimal(out, value<std::int16_t>(row), scale_);
        case DUCKDB_TYPE_INTEGER:
            return append_decimal(out, value<std::int32_t>(row), scale_);
        case DUCKDB_TYPE_BIGINT:
            return append_decimal(out, value<std::int64_t>(row), scale_);
        default:
            return append_decimal(out, wide(value<duckdb_hugeint>(row)), scale_);
    }
}

void ColumnText::append_word(std::string& out, idx_t row, TextStyle style) const {
    const TimeStyle time_style = style == TextStyle::Csv ? TimeStyle::Csv : TimeStyle::Json;
    switch (type_) {
        case DUCKDB_TYPE_DATE:
            return append_day(out, value<std::int32_t>(row));
        case DUCKDB_TYPE_TIME:
            return append_time_micros(out, value<std::int64_t>(row));
        case DUCKDB_TYPE_TIME_NS:
            return append_time_nanos(out, value<std::int64_t>(row));
        case DUCKDB_TYPE_TIME_TZ:
            return append_time_with_zone(out, value<std::uint64_t>(row));
        case DUCKDB_TYPE_TIMESTAMP:
            return append_instant(out, value<std::int64_t>(row), style);
        case DUCKDB_TYPE_TIMESTAMP_TZ:
            append_instant(out, value<std::int64_t>(row), style);
            out += style == TextStyle::Csv ? "+00" : "Z";
            return;
        case DUCKDB_TYPE_TIMESTAMP_S:
            return append_instant(
                out, saturating_multiply(value<std::int64_t>(row), 1'000'000), style
            );
        case DUCKDB_TYPE_TIMESTAMP_MS:
            return append_instant(out, saturating_multiply(value<std::int64_t>(row), 1'000), style);
        case DUCKDB_TYPE_TIMESTAMP_NS:
            if (!duckdb_is_finite_timestamp_ns({value<std::int64_t>(row)})) {
                return append_instant(
                    out, value<std::int64_t>(row) > 0 ? INT64_MAX : -INT64_MAX, style
                );
            }
            return append_timestamp_nanos(out, value<std::int64_t>(row), time_style);
        case DUCKDB_TYPE_INTERVAL: {
            const auto interval = value<duckdb_interval>(row);
            return append_interval(out, interval.months, interval.days, interval.micros);
        }
        case DUCKDB_TYPE_UUID:
            return append_uuid(out, value<duckdb_hugeint>(row));
        case DUCKDB_TYPE_BLOB:
            out += base64_encode(text(row));
            return;
        case DUCKDB_TYPE_BIT:
            return append_bits(out, row);
        default:
            CHECK(false);  // make() knows every type that comes here
    }
}

void ColumnText::append_bits(std::string& out, idx_t row) const {
    const std::string_view bytes = text(row);
    // The first byte counts the padding bits at the front of the second.
    const auto padding = static_cast<std::size_t>(static_cast<unsigned char>(bytes.front()));
    for (std::size_t bit = padding; bit < (bytes.size() - 1) * 8; ++bit) {
        out.push_back(
            (static_cast<unsigned char>(bytes[1 + bit / 8]) >> (7 - bit % 8) & 1) == 0 ? '0' : '1'
        );
    }
}

std::size_t ColumnText::enum_index(idx_t row) const {
    switch (storage_) {
        case DUCKDB_TYPE_UTINYINT:
            return value<std::uint8_t>(row);
        case DUCKDB_TYPE_USMALLINT:
            return value<std::uint16_t>(row);
        default:
            return value<std::uint32_t>(row);
    }
}

void ColumnText::append_items(std::string& out, std::uint64_t begin, std::uint64_t count) const {
    out.push_back('[');
    for (std::uint64_t i = 0; i < count; ++i) {
        if (i > 0) out.push_back(',');
        children_[0].append(out, begin + i, TextStyle::Json);
    }
    out.push_back(']');
}

// An object whose keys are the map's keys as text.
void ColumnText::append_map(std::string& out, std::uint64_t begin, std::uint64_t count) const {
    const ColumnText& keys = children_[0].children_[0];
    const ColumnText& values = children_[0].children_[1];
    out.push_back('{');
    std::string key;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (i > 0) out.push_back(',');
        key.clear();
        keys.append_raw(key, begin + i);
        append_json_text(out, key);
        out.push_back(':');
        values.append(out, begin + i, TextStyle::Json);
    }
    out.push_back('}');
}

void ColumnText::append_nested(std::string& out, idx_t row) const {
    if (type_ == DUCKDB_TYPE_ARRAY) return append_items(out, row * array_size_, array_size_);
    if (type_ == DUCKDB_TYPE_UNION) {
        const auto tag = children_[0].value<std::uint8_t>(row);
        return children_[1 + tag].append(out, row, TextStyle::Json);
    }
    if (type_ == DUCKDB_TYPE_LIST || type_ == DUCKDB_TYPE_MAP) {
        const auto entry = value<duckdb_list_entry>(row);
        return type_ == DUCKDB_TYPE_LIST ? append_items(out, entry.offset, entry.length)
                                         : append_map(out, entry.offset, entry.length);
    }
    out.push_back('{');
    for (std::size_t i = 0; i < children_.size(); ++i) {
        if (i > 0) out.push_back(',');
        append_json_text(out, names_[i]);
        out.push_back(':');
        children_[i].append(out, row, TextStyle::Json);
    }
    out.push_back('}');
}

}  // namespace tradewind::engine
