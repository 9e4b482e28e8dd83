// One value of a row: what keys, aggregates and items are made of inside this room.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/row_batch.h"

namespace tradewind::serving {

// What a value means and how it prints. `scale` counts for Decimal only.
struct ValueType {
    ColumnType type = ColumnType::Text;
    int scale = 0;
};

// Booleans, dates, timestamps and unscaled decimals are integers here; 128 bits, so that sums fit.
// The text is somebody else's bytes.
struct Cell {
    enum class Kind : std::uint8_t { Null, Integer, Real, Text };

    Kind kind = Kind::Null;
    Int128 integer = 0;
    double real = 0;
    std::string_view text;

    static Cell of(Int128 value);
    static Cell of(double value);
    static Cell of(std::string_view value);
    bool null() const { return kind == Kind::Null; }
};

Cell cell_at(const Column& column, std::size_t row);

// A total order: null before all; doubles as IEEE 754's totalOrder, so that NaN has its place too;
// text by bytes.
std::strong_ordering compare(const Cell& a, const Cell& b);

// Appends bytes whose order (memcmp) is the order of the values, nulls last. No encoding is the
// beginning of another.
void append_sortable(std::string& out, const Cell& cell);

// Appends as JSON: timestamps "YYYY-MM-DDTHH:MM:SS", decimals without trailing zeros.
void append_json(std::string& out, const Cell& cell, ValueType type);

// The unscaled product of two numbers; null when one of them is. Its scale is the sum of theirs.
Cell product(const Cell& a, const Cell& b);

}  // namespace tradewind::serving
