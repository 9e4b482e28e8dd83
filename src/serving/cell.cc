#include "serving/cell.h"

#include <array>
#include <bit>
#include <charconv>

#include "base/json.h"
#include "base/time.h"
#include "serving/ordered_bytes.h"

namespace tradewind::serving {

namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

// Bits whose unsigned order is totalOrder.
std::uint64_t ordered_bits(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    return (bits & sign_bit) != 0 ? ~bits : bits | sign_bit;
}

void append_integer(std::string& out, std::int64_t value) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

// As format_decimal_short, without its detour over 128 bits: prices and amounts are most of what a
// row prints.
void append_decimal(std::string& out, Int128 value, int scale) {
    constexpr Int128 small = 1'000'000'000'000'000'000;
    if (value >= small || value <= -small || scale > 18) {
        out += format_decimal_short(value, scale);
        return;
    }
    auto rest = static_cast<std::int64_t>(value < 0 ? -value : value);
    while (scale > 0 && rest % 10 == 0) {
        rest /= 10;
        --scale;
    }
    std::array<char, 24> digits;
    char* end = digits.data() + digits.size();
    char* begin = end;
    for (int written = 0; rest != 0 || written <= scale; ++written) {
        if (written == scale && scale > 0) *--begin = '.';
        *--begin = static_cast<char>('0' + rest % 10);
        rest /= 10;
    }
    if (value < 0) *--begin = '-';
    out.append(begin, end);
}

void append_quoted(std::string& out, const std::string& text) {
    out.push_back('"');
    out += text;
    out.push_back('"');
}

void append_integer_json(std::string& out, Int128 value, ValueType type) {
    const auto small = static_cast<std::int64_t>(value);
    switch (type.type) {
        case ColumnType::Boolean:
            out += value != 0 ? "true" : "false";
            return;
        case ColumnType::Date:
            return append_quoted(out, format_date(small));
        case ColumnType::Timestamp:
            return append_quoted(out, format_iso(Timestamp{small}));
        case ColumnType::Decimal:
            return append_decimal(out, value, type.scale);
        default:
            // Sums of integers can be larger than 64 bits.
            if (value != small) return append_decimal(out, value, 0);
            return append_integer(out, small);
    }
}

}  // namespace

Cell Cell::of(Int128 value) {
    Cell cell;
    cell.kind = Kind::Integer;
    cell.integer = value;
    return cell;
}

Cell Cell::of(double value) {
    Cell cell;
    cell.kind = Kind::Real;
    cell.real = value;
    return cell;
}

Cell Cell::of(std::string_view value) {
    Cell cell;
    cell.kind = Kind::Text;
    cell.text = value;
    return cell;
}

Cell cell_at(const Column& column, std::size_t row) {
    if (column.null(row)) return {};
    if (column.type() == ColumnType::Text) return Cell::of(column.text(row));
    if (column.type() == ColumnType::Double) return Cell::of(column.real(row));
    return Cell::of(static_cast<Int128>(column.integer(row)));
}

std::strong_ordering compare(const Cell& a, const Cell& b) {
    if (a.kind != b.kind) return a.kind <=> b.kind;
    switch (a.kind) {
        case Cell::Kind::Null:
            return std::strong_ordering::equal;
        case Cell::Kind::Integer:
            if (a.integer == b.integer) return std::strong_ordering::equal;
            return a.integer < b.integer ? std::strong_ordering::less
                                         : std::strong_ordering::greater;
        case Cell::Kind::Real:
            return ordered_bits(a.real) <=> ordered_bits(b.real);
        case Cell::Kind::Text:
            return a.text <=> b.text;
    }
    return std::strong_ordering::equal;
}

void append_sortable(std::string& out, const Cell& cell) {
    out.push_back(cell.null() ? '\x01' : '\0');
    switch (cell.kind) {
        case Cell::Kind::Null:
            return;
        case Cell::Kind::Integer:
            append_ordered(out, static_cast<std::int64_t>(cell.integer >> 64));
            return append_big_endian(out, static_cast<std::uint64_t>(cell.integer));
        case Cell::Kind::Real:
            return append_big_endian(out, ordered_bits(cell.real));
        case Cell::Kind::Text:
            return append_escaped(out, cell.text);
    }
}

void append_json(std::string& out, const Cell& cell, ValueType type) {
    switch (cell.kind) {
        case Cell::Kind::Null:
            out += "null";
            return;
        case Cell::Kind::Integer:
            return append_integer_json(out, cell.integer, type);
        case Cell::Kind::Real:
            return json::Writer(out).number(cell.real);
        case Cell::Kind::Text:
            return json::append_string(out, cell.text);
    }
}

Cell product(const Cell& a, const Cell& b) {
    if (a.kind != Cell::Kind::Integer || b.kind != Cell::Kind::Integer) return {};
    // Factors come from 64-bit columns: parse_table refuses wider ones.
    return Cell::of(a.integer * b.integer);
}

}  // namespace tradewind::serving
