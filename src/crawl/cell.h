// What the text of one cell may stand for.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tradewind::crawl {

enum class CellKind : std::uint8_t { Integer, Decimal, Double, Special, Boolean, Temporal, Text };

// Ways to write dates and times, as bits: a text may fit several ("01/02/2024").
using TemporalMask = std::uint32_t;
constexpr TemporalMask iso_date = 1;
constexpr TemporalMask iso_timestamp = 2;  // without zone
constexpr TemporalMask iso_zoned = 4;      // with an offset from UTC
constexpr TemporalMask iso_utc = 1 << 21;  // with UTC's Z, or an offset of nothing
// The bits between them: order of the parts × how the time follows (see temporal_format).
constexpr int temporal_first_free_bit = 3;
constexpr int temporal_bit_count = 21;
// strptime's form of such a bit; "" for the ISO ones.
const char* temporal_format(int bit);
bool temporal_has_time(int bit);
// 0 for the ISO bits, else the order's number: forms of one order are compared with each other.
constexpr int temporal_order_count = 7;
int temporal_order(int bit);

struct Cell {
    CellKind kind = CellKind::Text;
    int integer_digits = 0;  // Integer, Decimal
    int scale = 0;           // Decimal
    long double number = 0;  // Integer, Decimal, Double
    bool rounds = false;     // Integer: as a DOUBLE it would be another
    TemporalMask temporal = 0;
    // Temporal: microseconds since 1970, UTC where no zone is told; of each order that fits, in the
    // order of their bits.
    std::array<std::int64_t, 2> instants{};
};

// `text` is not empty. What looks like a number but would not come out as it went in is text:
// 00123, +49, C536379, more digits than a BIGINT has, nanoseconds.
Cell read_cell(std::string_view text);

}  // namespace tradewind::crawl
