#include "engine/csv_numbers.h"

#include <cstdint>

#include "base/check.h"

namespace tradewind::engine {

namespace {

// The number at `at`, which goes behind it; false: there is none of at most so many digits.
// Something that is no digit follows in memory.
inline bool take_number(const char*& at, int digits_max, std::int64_t& out) {
    const bool negative = *at == '-';
    at += negative ? 1 : 0;
    const char* const begin = at;
    std::uint64_t value = 0;
    for (;; ++at) {
        const unsigned digit = static_cast<unsigned char>(*at) - unsigned{'0'};
        if (digit > 9) break;
        value = value * 10 + digit;  // beyond 18 digits it is not used
    }
    const std::ptrdiff_t digits = at - begin;
    if (digits == 0 || digits > digits_max) return false;
    out = negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
    return true;
}

// Behind the line's end; null: the line does not end here.
inline const char* take_line_end(const char* at) {
    if (*at == '\r') ++at;
    return *at == '\n' ? at + 1 : nullptr;
}

}  // namespace

ScannedNumbers scan_numbers(
    std::string_view text,
    char delimiter,
    const NumbersWanted& wanted,
    std::size_t at,
    std::vector<std::vector<std::int64_t>>& columns
) {
    ScannedNumbers found;
    const std::size_t count = wanted.digits_max.size();
    CHECK(count > 0 && columns.size() == count);
    // Up to here every scan of digits ends at a line's end at the latest.
    const std::size_t last = text.rfind('\n');
    const char* const begin = text.data();
    const char* const end = last == std::string_view::npos ? begin : begin + last + 1;
    const auto take_cells = [&](const char*& place) {
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0 && *place++ != delimiter) return false;
            if (!take_number(place, wanted.digits_max[i], columns[i][at + found.rows]))
                return false;
        }
        return true;
    };
    const char* row = begin;
    while (row < end && found.rows < wanted.rows_max && found.bytes < wanted.bytes_max) {
        const char* place = row;
        const char* const next = take_cells(place) ? take_line_end(place) : nullptr;
        found.another_row = next == nullptr;
        if (found.another_row) break;
        found.bytes += static_cast<std::size_t>(place - row);
        found.size += static_cast<std::size_t>(next - row);
        ++found.rows;
        row = next;
    }
    return found;
}

}  // namespace tradewind::engine
