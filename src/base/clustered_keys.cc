#include "base/clustered_keys.h"

#include <algorithm>

#include "base/bits.h"
#include "base/check.h"

namespace tradewind {

namespace {

// 64 MiB.
constexpr std::uint64_t bits_max = std::uint64_t{1} << 29;
// 32 MiB: where more rows than that lie at the ends of pieces, their clusters are too large.
constexpr std::size_t end_numbers_max = std::size_t{1} << 22;
constexpr std::size_t slots_min = 64;

}  // namespace

ClusteredKeys::ClusteredKeys(std::size_t width) : rest_width_(width - 1), slots_(slots_min) {
    CHECK(width > 0);
}

bool ClusteredKeys::add(Columns columns, std::size_t rows) {
    CHECK(columns.size() == rest_width_ + 1);
    if (finding_ != Finding::Different) return false;
    if (rows == 0) return true;
    if (rest_width_ == 0) return add_within(columns, 0, rows);
    const std::int64_t* const first = columns[0];
    std::size_t begin = 0;
    while (begin < rows && first[begin] == first[0]) ++begin;
    std::size_t end = rows;
    while (end > begin && first[end - 1] == first[rows - 1]) --end;
    return keep_ends(columns, 0, begin) && keep_ends(columns, end, rows) &&
           add_within(columns, begin, end);
}

bool ClusteredKeys::add_within(Columns columns, std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) {
        const std::int64_t first = columns[0][row];
        const bool same = rest_width_ > 0 && row > begin && first == columns[0][row - 1];
        if (!same && !begin_cluster(first)) return false;
        if (rest_width_ > 0 && !add_rest(columns, row)) return false;
    }
    return true;
}

bool ClusteredKeys::keep_ends(Columns columns, std::size_t begin, std::size_t end) {
    if (ends_.size() + (end - begin) * columns.size() > end_numbers_max)
        return settle(Finding::Unclear);
    for (std::size_t row = begin; row < end; ++row) {
        for (const std::int64_t* column : columns) ends_.push_back(column[row]);
    }
    return true;
}

bool ClusteredKeys::begin_cluster(std::int64_t first) {
    const auto place = static_cast<std::uint64_t>(first);
    if (place >= bits_max) return settle(Finding::Unclear);
    if (place / 64 >= seen_.size())
        seen_.resize(std::min(bits_max / 64, std::max(place / 64 + 1, 2 * seen_.size())));
    const std::uint64_t bit = std::uint64_t{1} << (place % 64);
    if ((seen_[place / 64] & bit) != 0)
        return settle(rest_width_ == 0 ? Finding::Twice : Finding::Unclear);
    seen_[place / 64] |= bit;
    rests_.clear();
    rows_ = 0;
    ++cluster_;
    return true;
}

std::uint64_t ClusteredKeys::hash(const std::int64_t* rest) const {
    constexpr std::uint64_t golden = 0x9e37'79b9'7f4a'7c15;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < rest_width_; ++i) {
        value = (value ^ static_cast<std::uint64_t>(rest[i])) * golden;
        value ^= value >> 32;
    }
    return value;
}

bool ClusteredKeys::add_rest(Columns columns, std::size_t row) {
    if (2 * (rows_ + 1) > slots_.size()) grow();
    for (std::size_t i = 1; i <= rest_width_; ++i) rests_.push_back(columns[i][row]);
    const std::int64_t* const own = rests_.data() + rows_ * rest_width_;
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash(own) & mask;
    for (; slots_[at].cluster == cluster_; at = (at + 1) & mask) {
        const std::int64_t* const other = rests_.data() + slots_[at].row * rest_width_;
        if (std::equal(own, own + rest_width_, other)) return settle(Finding::Twice);
    }
    slots_[at] = {cluster_, rows_++};
    return true;
}

void ClusteredKeys::grow() {
    slots_.assign(2 * slots_.size(), Slot{});
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t row = 0; row < rows_; ++row) {
        std::size_t at = hash(rests_.data() + row * rest_width_) & mask;
        while (slots_[at].cluster == cluster_) at = (at + 1) & mask;
        slots_[at] = {cluster_, row};
    }
}

ClusteredKeys::Finding ClusteredKeys::finish() {
    if (finding_ != Finding::Different) return finding_;
    const std::size_t width = rest_width_ + 1;
    std::vector<std::span<const std::int64_t>> keys;
    for (std::size_t at = 0; at < ends_.size(); at += width) {
        keys.emplace_back(ends_.data() + at, width);
        // Were it come by within a piece, its rows would lie apart.
        const auto place = static_cast<std::uint64_t>(ends_[at]);
        if (place / 64 < seen_.size() && bit_set(seen_.data(), place))
            return finding_ = Finding::Unclear;
    }
    std::ranges::sort(keys, std::ranges::lexicographical_compare);
    const bool twice = std::ranges::adjacent_find(keys, std::ranges::equal) != keys.end();
    return finding_ = twice ? Finding::Twice : Finding::Different;
}

}  // namespace tradewind
