#include "kernel/groups.h"

#include <algorithm>
#include <limits>
#include <thread>
#include <utility>

#include "kernel/rows.h"

namespace tradewind::kernel {

Result<std::unique_ptr<Groups>> LineGroups::make(
    const Options& options,
    std::unique_ptr<Orders> orders,
    std::unique_ptr<ItemCodes> items,
    std::unique_ptr<LineStore> lines,
    std::uint32_t position_max
) {
    std::unique_ptr<LineGroups> groups(
        new LineGroups(options, std::move(orders), std::move(items), std::move(lines))
    );
    TRY(groups->lay_out(position_max));
    TRY(groups->count());
    return std::unique_ptr<Groups>(std::move(groups));
}

Result<void> LineGroups::lay_out(std::uint32_t position_max) {
    item_bits_in_ = order_and_item_bits_in - bits_for(orders_->size());
    ranks_ = items_->sort();
    std::uint32_t users = 0;
    std::uint32_t in_orders = 0;
    for (std::size_t range = 0; range < orders_->range_count(); ++range) {
        const std::uint32_t first = orders_->first_user(range);
        const std::uint32_t end = orders_->first_user(range + 1);
        users = std::max(users, end - first);
        in_orders = std::max(in_orders, orders_->first_order(end) - orders_->first_order(first));
        if (lines_->count(range) > std::numeric_limits<std::uint32_t>::max())
            return Error(ErrorCode::InvalidArgument, "more lines of one user than can be counted");
    }
    layout_ = {
        bits_for(position_max), bits_for(in_orders), bits_for(ranks_.size()), bits_for(users)
    };
    if (layout_.bits() <= 64) return {};
    return Error(
        ErrorCode::InvalidArgument, "too many items, or orders of one user, for one word a line"
    );
}

// Users of different ranges are different ones: each thread has their counts for itself.
Result<void> LineGroups::count() {
    user_counts_.resize(orders_->user_count());
    range_pairs_.resize(orders_->range_count());
    item_counts_.resize(ranks_.size());
    std::atomic<std::size_t> next = 0;
    const auto threads = static_cast<std::size_t>(std::max(options_.threads, 1));
    std::vector<std::vector<ItemCounts>> items(threads, std::vector<ItemCounts>(ranks_.size()));
    std::vector<Result<void>> done(threads);
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < threads; ++i)
        others.emplace_back([&, i] { done[i] = count_ranges(next, items[i]); });
    done[0] = count_ranges(next, items[0]);
    for (std::thread& other : others) other.join();
    for (Result<void>& one : done) TRY(std::move(one));
    for (const std::vector<ItemCounts>& some : items) {
        for (std::size_t item = 0; item < some.size(); ++item) {
            item_counts_[item].lines += some[item].lines;
            item_counts_[item].repeats += some[item].repeats;
            item_counts_[item].firsts += some[item].firsts;
            item_counts_[item].seconds += some[item].seconds;
        }
    }
    return {};
}

Result<void> LineGroups::count_ranges(
    std::atomic<std::size_t>& next, std::vector<ItemCounts>& items
) {
    std::vector<Word> words;
    std::vector<Word> spare;
    for (std::size_t range = next++; range < orders_->range_count(); range = next++) {
        if (cancelled()) return Error(ErrorCode::Cancelled, "it was cancelled");
        TRY(load_sorted(range, words, spare));
        count_range(range, words, items);
        if (!lines_->spilled()) lines_->keep(range, words);
    }
    return {};
}

void LineGroups::count_range(
    std::size_t range, const std::vector<Word>& words, std::vector<ItemCounts>& items
) {
    const std::uint32_t first_order = orders_->first_order(orders_->first_user(range));
    const Word* at = words.data();
    const Word* end = at + words.size();
    while (at != end) {
        const Word* begin = at;
        const Pair pair = next_pair(range, at, end);
        ++range_pairs_[range];
        UserCounts& user = user_counts_[pair.user];
        user.lines += pair.lines;
        user.repeats += pair.repeats;
        ++user.items;
        for (const Word* line = begin; line != at; ++line)
            user.later += orders_->sequence(first_order + layout_.order_of(*line)) > 1 ? 1 : 0;
        ItemCounts& item = items[pair.item];
        item.lines += pair.lines;
        item.repeats += pair.repeats;
        ++item.firsts;
        if (pair.lines > 1) ++item.seconds;
    }
}

Pair LineGroups::next_pair(std::size_t range, const Word*& at, const Word* end) const {
    const std::uint32_t first_user = orders_->first_user(range);
    const std::uint32_t first_order = orders_->first_order(first_user);
    const Word key = layout_.pair_of(*at);
    Pair pair;
    pair.user = first_user + layout_.user_of(*at);
    pair.item = layout_.item_of(*at);
    pair.first = orders_->sequence(first_order + layout_.order_of(*at));
    const Word* line = at;
    for (; line != end && layout_.pair_of(*line) == key; ++line) {
        pair.positions += layout_.position_of(*line);
        pair.repeats += layout_.repeat_of(*line);
    }
    pair.lines = static_cast<std::uint32_t>(line - at);
    pair.last = orders_->sequence(first_order + layout_.order_of(line[-1]));
    at = line;
    return pair;
}

Result<void> LineGroups::load_sorted(
    std::size_t range, std::vector<Word>& words, std::vector<Word>& spare
) const {
    TRY(lines_->load(range, words));
    const std::uint32_t first_user = orders_->first_user(range);
    const std::uint32_t first_order = orders_->first_order(first_user);
    const std::uint32_t end_user = orders_->first_user(range + 1);
    std::vector<std::uint32_t> user_of;
    for (std::uint32_t user = first_user; user < end_user; ++user)
        user_of.resize(orders_->first_order(user + 1) - first_order, user - first_user);
    const Word item_mask = (Word{1} << item_bits_in_) - 1;
    const Word position_mask = (Word{1} << position_bits_in) - 1;
    for (Word& word : words) {
        const Word order = (word >> (item_bits_in_ + low_bits_in)) - first_order;
        const Word item = ranks_[word >> low_bits_in & item_mask];
        word = Word{user_of[order]} << layout_.user_at() | item << layout_.item_at() |
               order << layout_.order_at() | (word >> 1 & position_mask) << 1 | (word & 1);
    }
    // What lies below the order changes nothing that is computed of a pair.
    sort_by_bits(words, spare, layout_.order_at(), layout_.bits());
    return {};
}

Result<void> LineGroups::sorted_lines(
    std::size_t range, std::vector<Word>& words, std::vector<Word>& spare
) const {
    if (cancelled()) return Error(ErrorCode::Cancelled, "it was cancelled");
    if (lines_->spilled()) return load_sorted(range, words, spare);
    words = lines_->kept(range);
    return {};
}

std::uint64_t LineGroups::line_count() const {
    std::uint64_t lines = 0;
    for (std::size_t range = 0; range < orders_->range_count(); ++range)
        lines += lines_->count(range);
    return lines;
}

std::uint64_t LineGroups::pair_count() const {
    std::uint64_t pairs = 0;
    for (const std::uint64_t count : range_pairs_) pairs += count;
    return pairs;
}

std::size_t LineGroups::parts_for(std::uint64_t rows) const {
    return static_cast<std::size_t>(
        std::max<std::uint64_t>((rows + options_.rows_per_part - 1) / options_.rows_per_part, 1)
    );
}

std::size_t LineGroups::parts(const TablePlan& table) const {
    switch (table.kind) {
        case Kind::Lines:
            return parts_for(line_count());
        case Kind::UsersByOrders:
        case Kind::UsersByLines:
            return parts_for(orders_->user_count());
        case Kind::Items:
            return parts_for(items_->size());
        default:
            return parts_for(pair_count());
    }
}

std::unique_ptr<Rows> LineGroups::open(const TablePlan& table, std::size_t part) const {
    const std::size_t count = parts(table);
    const bool of_users = table.kind == Kind::UsersByOrders || table.kind == Kind::UsersByLines;
    if (of_users || table.kind == Kind::Items) {
        const std::size_t all = of_users ? orders_->user_count() : items_->size();
        return open_entities(*this, table, all * part / count, all * (part + 1) / count);
    }
    // Ranges belong to the part in which the middle of all rows before them lies.
    const bool lines = table.kind == Kind::Lines;
    const std::uint64_t all = lines ? line_count() : pair_count();
    std::size_t begin = orders_->range_count();
    std::size_t end = begin;
    std::uint64_t before = 0;
    for (std::size_t range = 0; range < orders_->range_count(); ++range) {
        const std::size_t in =
            all == 0 ? 0 : std::min<std::size_t>(before * count / all, count - 1);
        if (in == part) begin = std::min(begin, range);
        if (in > part) end = std::min(end, range);
        before += lines ? lines_->count(range) : range_pairs_[range];
    }
    begin = std::min(begin, end);  // a part may have none
    return lines ? open_lines(*this, table, begin, end) : open_pairs(*this, table, begin, end);
}

}  // namespace tradewind::kernel
