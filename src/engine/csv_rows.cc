#include "engine/csv_rows.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "engine/value_text.h"

namespace tradewind::engine {

namespace {

// A number with its comma.
constexpr std::size_t number_bytes_max = 40;
// Handed over at once.
constexpr std::size_t piece_bytes = 16u << 10;

}  // namespace

char* KnownReals::put(char* to, double value) {
    // Whole ones of few digits: their shortest text is never one with an exponent.
    constexpr double plain_end = 100'000;
    if (value >= 0 && value < plain_end && !std::signbit(value)) {
        const auto whole = static_cast<std::uint32_t>(value);
        if (static_cast<double>(whole) == value) {
            to = put_unsigned(to, whole);
            std::memcpy(to, ".0", 2);
            return to + 2;
        }
    }
    if (!known_) known_ = std::make_unique<Known[]>(std::size_t{1} << place_bits);
    const auto bits = std::bit_cast<std::uint64_t>(value);
    constexpr std::uint64_t golden = 0x9e37'79b9'7f4a'7c15;
    Known& known = known_[bits * golden >> (64 - place_bits)];
    if (known.size == 0 || known.bits != bits) {
        std::string text;
        append_double(text, value);
        CHECK(text.size() <= known.text.size());
        known.bits = bits;
        known.size = static_cast<std::uint8_t>(text.size());
        std::memcpy(known.text.data(), text.data(), text.size());
    }
    std::memcpy(to, known.text.data(), known.text.size());
    return to + known.size;
}

void CsvRows::prepare(const std::vector<ColumnText>& columns) {
    if (short_.size() == columns.size()) return;
    for (const ColumnText& column : columns) short_.push_back(column.short_number());
    reals_ = std::vector<KnownReals>(columns.size());
    line_.resize(piece_bytes + number_bytes_max * (columns.size() + 1));
}

void CsvRows::append(const std::vector<ColumnText>& columns, idx_t rows, std::string& out) {
    prepare(columns);
    char* const begin = line_.data();
    char* at = begin;
    const auto hand_over = [&] {
        out.append(begin, static_cast<std::size_t>(at - begin));
        at = begin;
    };
    for (idx_t row = 0; row < rows; ++row) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (i > 0) *at++ = ',';
            if (short_[i]) {
                at = columns[i].put_number(at, row, reals_[i]);
                continue;
            }
            hand_over();
            columns[i].append(out, row, TextStyle::Csv);
        }
        *at++ = '\n';
        if (static_cast<std::size_t>(at - begin) >= piece_bytes) hand_over();
    }
    hand_over();
}

}  // namespace tradewind::engine
