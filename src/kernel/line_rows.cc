// The table of lines, by (user, sequence, order, position, item).
#include <algorithm>
#include <utility>
#include <vector>

#include "kernel/fill.h"
#include "kernel/rows.h"

namespace tradewind::kernel {

namespace {

class LineRows : public Rows {
public:
    LineRows(const LineGroups& groups, TablePlan table, std::size_t begin, std::size_t end)
        : groups_(groups),
          orders_(groups.orders()),
          table_(std::move(table)),
          range_(begin),
          end_(end) {}

    Result<std::size_t> next(const std::vector<OutColumn>& columns, std::size_t rows_max) override {
        std::size_t at = 0;
        while (at < rows_max) {
            if (next_ == words_.size()) {
                if (range_ == end_) break;
                TRY(load(range_++));
                continue;
            }
            const std::size_t count = std::min(rows_max - at, words_.size() - next_);
            for (std::size_t i = 0; i < columns.size(); ++i)
                fill(table_.columns[i], count, {&columns[i], at});
            next_ += count;
            at += count;
        }
        return at;
    }

private:
    // Words become order | position | item | repeat, and are sorted so.
    Result<void> load(std::size_t range) {
        TRY(groups_.sorted_lines(range, words_, spare_));
        const LineLayout& in = groups_.layout();
        first_order_ = orders_.first_order(orders_.first_user(range));
        position_at_ = in.item + 1;
        order_at_ = position_at_ + in.position;
        for (Word& word : words_) {
            word = Word{in.order_of(word)} << order_at_ |
                   Word{in.position_of(word)} << position_at_ | Word{in.item_of(word)} << 1 |
                   in.repeat_of(word);
        }
        sort_by_bits(words_, spare_, 0, order_at_ + in.order);
        next_ = 0;
        return {};
    }

    std::uint32_t order_of(Word word) const {
        return first_order_ + static_cast<std::uint32_t>(word >> order_at_);
    }
    Word item_of(Word word) const { return word >> 1 & ((Word{1} << (position_at_ - 1)) - 1); }
    Word position_of(Word word) const {
        return word >> position_at_ & ((Word{1} << (order_at_ - position_at_)) - 1);
    }

    void fill(const TableColumn& column, std::size_t count, Place to) const {
        const Word* words = words_.data() + next_;
        switch (column.measure) {
            case Measure::Order:
                for (std::size_t i = 0; i < count; ++i)
                    to.integer(i, orders_.id(order_of(words[i])));
                break;
            case Measure::User:
                fill_users(words, count, to);
                break;
            case Measure::Item:
                for (std::size_t i = 0; i < count; ++i)
                    to.integer(i, groups_.items().id(item_of(words[i])));
                break;
            case Measure::Sequence:
                for (std::size_t i = 0; i < count; ++i)
                    to.integer(i, orders_.sequence(order_of(words[i])));
                break;
            case Measure::Position:
                for (std::size_t i = 0; i < count; ++i) to.integer(i, position_of(words[i]));
                break;
            case Measure::Repeat:
                for (std::size_t i = 0; i < count; ++i) to.integer(i, words[i] & 1);
                break;
            case Measure::Carried:
                fill_of_order(orders_.carried(column.carried), words, count, to);
                break;
            default:
                fill_of_order(orders_.gaps(), words, count, to);
        }
    }
    void fill_of_order(const NumberColumn& values, const Word* words, std::size_t count, Place to)
        const {
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t order = order_of(words[i]);
            to.integer(i, values[order]);
            if (values.null(order)) to.null(i);
        }
    }
    // Lines come by user: his orders end where the next one's begin.
    void fill_users(const Word* words, std::size_t count, Place to) const {
        std::size_t user = user_of(order_of(words[0]));
        for (std::size_t i = 0; i < count; ++i) {
            while (order_of(words[i]) >= orders_.first_order(user + 1)) ++user;
            to.integer(i, orders_.user_id(user));
        }
    }
    std::size_t user_of(std::uint32_t order) const {
        std::size_t low = orders_.first_user(range_ - 1);
        std::size_t high = orders_.first_user(range_);
        while (high - low > 1) {
            const std::size_t middle = (low + high) / 2;
            (orders_.first_order(middle) <= order ? low : high) = middle;
        }
        return low;
    }

    const LineGroups& groups_;
    const Orders& orders_;
    const TablePlan table_;
    std::size_t range_;  // that is loaded next
    const std::size_t end_;
    std::uint32_t first_order_ = 0;
    int position_at_ = 0;
    int order_at_ = 0;
    std::vector<Word> words_;
    std::vector<Word> spare_;
    std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Rows> open_lines(
    const LineGroups& groups, const TablePlan& table, std::size_t begin, std::size_t end
) {
    return std::make_unique<LineRows>(groups, table, begin, end);
}

}  // namespace tradewind::kernel
