// Tables with a row for each user and item, alone or with measures of both beside it.
#include <algorithm>
#include <utility>
#include <vector>

#include "kernel/fill.h"
#include "kernel/rows.h"

namespace tradewind::kernel {

namespace {

class PairRows : public Rows {
public:
    PairRows(const LineGroups& groups, TablePlan table, std::size_t begin, std::size_t end)
        : groups_(groups), table_(std::move(table)), range_(begin), end_(end) {}

    Result<std::size_t> next(const std::vector<OutColumn>& columns, std::size_t rows_max) override {
        TRY(take_pairs(rows_max));
        users_.clear();
        items_.clear();
        for (const Pair& pair : pairs_) {
            users_.push_back(pair.user);
            items_.push_back(pair.item);
        }
        for (std::size_t i = 0; i < columns.size(); ++i) fill(table_.columns[i], {&columns[i], 0});
        return pairs_.size();
    }

private:
    Result<void> take_pairs(std::size_t rows_max) {
        pairs_.clear();
        while (pairs_.size() < rows_max) {
            if (at_ == words_end_) {
                if (range_ == end_) break;
                TRY(groups_.sorted_lines(range_++, words_, spare_));
                at_ = words_.data();
                words_end_ = at_ + words_.size();
                continue;
            }
            pairs_.push_back(groups_.next_pair(range_ - 1, at_, words_end_));
        }
        return {};
    }

    void fill(const TableColumn& column, Place to) const {
        switch (column.of) {
            case Kind::UsersByOrders:
                return fill_users_by_orders(groups_, column.measure, users_, to);
            case Kind::UsersByLines:
                return fill_users_by_lines(groups_, column.measure, users_, to);
            case Kind::Items:
                return fill_items(groups_, column.measure, items_, to);
            default:
                return fill_pairs(column.measure, to);
        }
    }

    void fill_pairs(Measure measure, Place to) const {
        switch (measure) {
            case Measure::User:
                return fill_users_by_lines(groups_, measure, users_, to);
            case Measure::Item:
                return fill_items(groups_, measure, items_, to);
            case Measure::FirstSequence:
                for (std::size_t i = 0; i < pairs_.size(); ++i) to.integer(i, pairs_[i].first);
                break;
            case Measure::LastSequence:
                for (std::size_t i = 0; i < pairs_.size(); ++i) to.integer(i, pairs_[i].last);
                break;
            case Measure::LineCount:
                for (std::size_t i = 0; i < pairs_.size(); ++i)
                    to.integer(i, std::uint64_t{pairs_[i].lines});
                break;
            case Measure::Repeats:
                for (std::size_t i = 0; i < pairs_.size(); ++i)
                    to.integer(i, std::uint64_t{pairs_[i].repeats});
                break;
            default:
                for (std::size_t i = 0; i < pairs_.size(); ++i)
                    to.real(
                        i, mean(static_cast<std::int64_t>(pairs_[i].positions), pairs_[i].lines)
                    );
        }
    }

    const LineGroups& groups_;
    const TablePlan table_;
    std::size_t range_;  // that is loaded next
    const std::size_t end_;
    std::vector<Word> words_;
    std::vector<Word> spare_;
    const Word* at_ = nullptr;
    const Word* words_end_ = nullptr;
    std::vector<Pair> pairs_;
    std::vector<std::uint32_t> users_;
    std::vector<std::uint32_t> items_;
};

}  // namespace

std::unique_ptr<Rows> open_pairs(
    const LineGroups& groups, const TablePlan& table, std::size_t begin, std::size_t end
) {
    return std::make_unique<PairRows>(groups, table, begin, end);
}

}  // namespace tradewind::kernel
