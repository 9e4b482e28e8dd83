// Lines by range, sorted by (user, item, order), and what is counted of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "kernel/item_codes.h"
#include "kernel/kernel.h"
#include "kernel/line_store.h"
#include "kernel/orders.h"
#include "kernel/radix_sort.h"

namespace tradewind::kernel {

// A line as it is stored while lines come in: order index | item code | position | repeat.
inline constexpr int position_bits_in = 16;
inline constexpr int low_bits_in = position_bits_in + 1;
inline constexpr int order_and_item_bits_in = 64 - low_bits_in;

// A line within its range, sorted as it stands: user | item | order | position | repeat, users and
// orders from the range's first on, items by their ids.
struct LineLayout {
    int position = 0;  // bits of each
    int order = 0;
    int item = 0;
    int user = 0;

    int order_at() const { return position + 1; }
    int item_at() const { return order_at() + order; }
    int user_at() const { return item_at() + item; }
    int bits() const { return user_at() + user; }

    std::uint32_t repeat_of(Word w) const { return static_cast<std::uint32_t>(w & 1); }
    std::uint32_t position_of(Word w) const { return field(w, 1, position); }
    std::uint32_t order_of(Word w) const { return field(w, order_at(), order); }
    std::uint32_t item_of(Word w) const { return field(w, item_at(), item); }
    std::uint32_t user_of(Word w) const { return field(w, user_at(), user); }
    // Of the same user and item.
    Word pair_of(Word w) const { return w >> item_at(); }

private:
    static std::uint32_t field(Word w, int at, int bits) {
        return static_cast<std::uint32_t>(w >> at & ((Word{1} << bits) - 1));
    }
};

struct UserCounts {
    std::uint32_t lines = 0;
    std::uint32_t items = 0;
    std::uint32_t repeats = 0;
    std::uint32_t later = 0;
};
struct ItemCounts {
    std::uint64_t lines = 0;
    std::uint64_t repeats = 0;
    std::uint64_t firsts = 0;
    std::uint64_t seconds = 0;
};

// Lines of one user and item.
struct Pair {
    std::uint32_t user = 0;
    std::uint32_t item = 0;  // its place by id
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::uint64_t positions = 0;  // their sum
    std::uint32_t lines = 0;
    std::uint32_t repeats = 0;
};

class LineGroups : public Groups {
public:
    // Groups what was stored. InvalidArgument: a line does not fit into one word.
    static Result<std::unique_ptr<Groups>> make(
        const Options& options,
        std::unique_ptr<Orders> orders,
        std::unique_ptr<ItemCodes> items,
        std::unique_ptr<LineStore> lines,
        std::uint32_t position_max
    );

    std::size_t parts(const TablePlan& table) const override;
    std::unique_ptr<Rows> open(const TablePlan& table, std::size_t part) const override;
    std::uint64_t line_count() const override;
    std::uint64_t pair_count() const override;
    bool spilled() const override { return lines_->spilled(); }

    const Orders& orders() const { return *orders_; }
    const ItemCodes& items() const { return *items_; }
    const LineLayout& layout() const { return layout_; }
    const UserCounts& counts_of_user(std::size_t user) const { return user_counts_[user]; }
    const ItemCounts& counts_of_item(std::size_t item) const { return item_counts_[item]; }
    bool cancelled() const { return options_.cancelled != nullptr && *options_.cancelled; }
    // The range's lines, sorted. `spare` is scratch space.
    Result<void> sorted_lines(std::size_t range, std::vector<Word>& words, std::vector<Word>& spare)
        const;
    // Lines of [*at, end) that are of one pair; `at` goes behind them.
    Pair next_pair(std::size_t range, const Word*& at, const Word* end) const;

private:
    LineGroups(
        const Options& options,
        std::unique_ptr<Orders> orders,
        std::unique_ptr<ItemCodes> items,
        std::unique_ptr<LineStore> lines
    )
        : options_(options),
          orders_(std::move(orders)),
          items_(std::move(items)),
          lines_(std::move(lines)) {}

    Result<void> lay_out(std::uint32_t position_max);
    Result<void> count();
    Result<void> count_ranges(std::atomic<std::size_t>& next, std::vector<ItemCounts>& items);
    Result<void> load_sorted(std::size_t range, std::vector<Word>& words, std::vector<Word>& spare)
        const;
    void count_range(
        std::size_t range, const std::vector<Word>& words, std::vector<ItemCounts>& items
    );
    std::size_t parts_for(std::uint64_t rows) const;

    const Options options_;
    const std::unique_ptr<Orders> orders_;
    const std::unique_ptr<ItemCodes> items_;
    const std::unique_ptr<LineStore> lines_;
    std::vector<std::uint32_t> ranks_;  // by code
    LineLayout layout_;
    int item_bits_in_ = 0;
    std::vector<UserCounts> user_counts_;
    std::vector<ItemCounts> item_counts_;
    std::vector<std::uint64_t> range_pairs_;
};

}  // namespace tradewind::kernel
