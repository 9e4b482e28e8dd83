// Tables of users and of items.
#include <algorithm>
#include <utility>
#include <vector>

#include "kernel/fill.h"
#include "kernel/rows.h"

namespace tradewind::kernel {

namespace {

class EntityRows : public Rows {
public:
    EntityRows(const LineGroups& groups, TablePlan table, std::size_t begin, std::size_t end)
        : groups_(groups), table_(std::move(table)), next_(begin), end_(end) {}

    Result<std::size_t> next(const std::vector<OutColumn>& columns, std::size_t rows_max) override {
        places_.clear();
        for (; next_ < end_ && places_.size() < rows_max; ++next_) {
            // Users without a line are in one of the tables only.
            const bool row =
                table_.kind != Kind::UsersByLines || groups_.counts_of_user(next_).lines > 0;
            if (row) places_.push_back(static_cast<std::uint32_t>(next_));
        }
        for (std::size_t i = 0; i < columns.size(); ++i)
            fill(table_.columns[i].measure, {&columns[i], 0});
        return places_.size();
    }

private:
    void fill(Measure measure, Place to) const {
        if (table_.kind == Kind::Items) return fill_items(groups_, measure, places_, to);
        if (table_.kind == Kind::UsersByLines)
            return fill_users_by_lines(groups_, measure, places_, to);
        fill_users_by_orders(groups_, measure, places_, to);
    }

    const LineGroups& groups_;
    const TablePlan table_;
    std::size_t next_;
    const std::size_t end_;
    std::vector<std::uint32_t> places_;
};

}  // namespace

std::unique_ptr<Rows> open_entities(
    const LineGroups& groups, const TablePlan& table, std::size_t begin, std::size_t end
) {
    return std::make_unique<EntityRows>(groups, table, begin, end);
}

}  // namespace tradewind::kernel
