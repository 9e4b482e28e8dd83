// What the text of one cell may stand for.
#pragma once

#include <cstdint>
#include <string_view>

namespace tradewind::crawl {

enum class CellKind : std::uint8_t { Integer, Decimal, Double, Special, Boolean, Temporal, Text };

// Ways to write dates and times, as bits: a text may fit several ("01/02/2024").
using TemporalMask = std::uint32_t;
constexpr TemporalMask iso_date = 1;
constexpr TemporalMask iso_timestamp = 2;  // without zone, or UTC
constexpr TemporalMask iso_zoned = 4;      // with an offset from UTC
// The bits above these: order of the parts × how the time follows (see temporal_format).
constexpr int temporal_first_free_bit = 3;
constexpr int temporal_bit_count = 21;
// strptime's form of such a bit; "" for the ISO ones.
const char* temporal_format(int bit);
bool temporal_has_time(int bit);

struct Cell {
    CellKind kind = CellKind::Text;
    int integer_digits = 0;  // Integer, Decimal
    int scale = 0;           // Decimal
    long double number = 0;  // Integer, Decimal, Double
    TemporalMask temporal = 0;
};

// `text` is not empty. What looks like a number but would not come out as it went in is text:
// 00123, +49, C536379, more digits than a BIGINT has.
Cell read_cell(std::string_view text);

}  // namespace tradewind::crawl
