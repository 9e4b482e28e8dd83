#include "kernel/orders.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>

namespace tradewind::kernel {

namespace {

// What a gap may be, so that no sum of gaps overflows.
constexpr std::int64_t gap_max = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t orders_max = std::numeric_limits<std::uint32_t>::max() - 1;

Error unfit(std::string why) {
    return Error(ErrorCode::InvalidArgument, std::move(why));
}

std::optional<std::int64_t> cell(const Column& column, std::size_t row) {
    if (column.null(row)) return std::nullopt;
    return column.values[row];
}

std::size_t hash(std::int64_t id) {
    const std::uint64_t mixed = static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15ull;
    return mixed ^ (mixed >> 32);
}

}  // namespace

Result<void> Orders::add(const Block& block) {
    for (std::size_t row = 0; row < block.rows; ++row) TRY(add_row(block, row));
    return {};
}

Result<void> Orders::add_row(const Block& block, std::size_t row) {
    const auto id = cell(block.columns[0], row);
    const auto user = cell(block.columns[1], row);
    const auto sequence = cell(block.columns[2], row);
    const auto gap = cell(block.columns[3], row);
    if (!id || !user || !sequence) return unfit("an order without order, user or sequence");
    if (ids_.size() >= orders_max) return unfit("more orders than can be numbered");
    if (gap && (*gap > gap_max || *gap < -gap_max)) return unfit("a gap beyond 32 bits");
    const bool fresh = user_ids_.empty() || user_ids_.back() != *user;
    if (fresh && !user_ids_.empty() && user_ids_.back() > *user)
        return unfit("orders do not come by user");
    if (!fresh) {
        const std::int64_t before = sequences_[ids_.size() - 1];
        if (before > *sequence || (before == *sequence && ids_.back() >= *id))
            return unfit("orders of a user do not come by sequence and order");
    }
    if (fresh) begin_user(*user);
    ids_.push_back(*id);
    sequences_.add(sequence);
    gaps_.add(gap);
    if (gap) {
        user_gaps_.back().sum += *gap;
        ++user_gaps_.back().count;
    }
    const auto in_set = cell(block.columns[4], row);
    in_set_.push_back(in_set.has_value() && *in_set == 1);
    for (std::size_t i = 0; i < carried_.size(); ++i)
        carried_[i].add(cell(block.columns[5 + i], row));
    return {};
}

void Orders::begin_user(std::int64_t user) {
    const bool full = ids_.size() - range_begin_ >= orders_per_range_;
    if (range_users_.empty() || full) {
        range_users_.push_back(static_cast<std::uint32_t>(user_ids_.size()));
        range_begin_ = ids_.size();
    }
    user_ids_.push_back(user);
    user_gaps_.emplace_back();
    user_orders_.push_back(static_cast<std::uint32_t>(ids_.size()));
}

Result<void> Orders::finish() {
    if (range_users_.empty()) range_users_.push_back(0);
    range_users_.push_back(static_cast<std::uint32_t>(user_ids_.size()));
    user_orders_.push_back(static_cast<std::uint32_t>(ids_.size()));
    if (ids_.empty()) return {};
    const auto [least, greatest] = std::ranges::minmax(ids_);
    id_min_ = least;
    id_max_ = greatest;
    const std::uint64_t spread =
        static_cast<std::uint64_t>(id_max_) - static_cast<std::uint64_t>(id_min_);
    if (spread < 4 * ids_.size() + 1024) {
        direct_.resize(spread + 1);
    } else {
        slots_.resize(std::bit_ceil(2 * ids_.size()));
    }
    for (std::uint32_t range = 0; range < range_count(); ++range) {
        const std::uint32_t end = user_orders_[range_users_[range + 1]];
        for (std::size_t order = user_orders_[range_users_[range]]; order < end; ++order)
            TRY(index(order, range));
    }
    return {};
}

Result<void> Orders::index(std::size_t order, std::uint32_t range) {
    const std::int64_t id = ids_[order];
    const std::uint64_t entry =
        (static_cast<std::uint64_t>(order) + 1) << 32 | (in_set_[order] ? 0 : outside) | range;
    std::uint64_t* place = nullptr;
    if (!direct_.empty()) {
        place = &direct_[static_cast<std::uint64_t>(id) - static_cast<std::uint64_t>(id_min_)];
    } else {
        std::size_t at = hash(id) & (slots_.size() - 1);
        while (slots_[at].entry != 0 && slots_[at].id != id) at = (at + 1) & (slots_.size() - 1);
        slots_[at].id = id;
        place = &slots_[at].entry;
    }
    if (*place != 0) return unfit("order " + std::to_string(id) + " is there twice");
    *place = entry;
    return {};
}

std::uint64_t Orders::find_hashed(std::int64_t id) const {
    if (slots_.empty()) return 0;
    std::size_t at = hash(id) & (slots_.size() - 1);
    while (slots_[at].entry != 0 && slots_[at].id != id) at = (at + 1) & (slots_.size() - 1);
    return slots_[at].entry & known_mask(slots_[at].entry);
}

std::uint64_t Orders::bytes() const {
    std::uint64_t bytes =
        ids_.capacity() * sizeof(std::int64_t) + in_set_.capacity() / 8 + sequences_.bytes() +
        gaps_.bytes() + user_ids_.capacity() * sizeof(std::int64_t) +
        user_orders_.capacity() * sizeof(std::uint32_t) + user_gaps_.capacity() * sizeof(Gaps) +
        direct_.capacity() * sizeof(std::uint64_t) + slots_.capacity() * sizeof(Slot);
    for (const NumberColumn& column : carried_) bytes += column.bytes();
    return bytes;
}

}  // namespace tradewind::kernel
