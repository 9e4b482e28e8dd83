// Takes what comes in, and hands it over to be grouped.
#include <algorithm>
#include <optional>
#include <utility>

#include "kernel/groups.h"
#include "kernel/kernel.h"

namespace tradewind::kernel {

bool is_real(Measure measure) {
    return measure == Measure::MeanGap || measure == Measure::RepeatRatio ||
           measure == Measure::MeanPosition;
}

bool may_be_null(Measure measure) {
    return measure == Measure::Gap || measure == Measure::Carried || measure == Measure::TotalGap ||
           measure == Measure::MeanGap || measure == Measure::RepeatRatio;
}

namespace {

Error unfit(std::string why) {
    return Error(ErrorCode::InvalidArgument, std::move(why));
}

class GroupingNow : public Grouping {
public:
    GroupingNow(Options options, std::size_t carried_columns, os::Filesystem& files)
        : options_(std::move(options)),
          files_(files),
          orders_(std::make_unique<Orders>(
              carried_columns, std::max<std::size_t>(options_.orders_per_range, 1)
          )),
          items_(std::make_unique<ItemCodes>()) {}

    Result<void> add_orders(const Block& block) override {
        CHECK(lines_ == nullptr);
        TRY(orders_->add(block));
        return check_memory();
    }

    Result<void> add_lines(const Block& block) override {
        if (!lines_) TRY(begin_lines());
        for (std::size_t row = 0; row < block.rows; ++row) TRY(add_line(block, row));
        if (items_->size() >> item_bits_ != 0) return unfit("more items than can be packed");
        return {};
    }

    Result<std::unique_ptr<Groups>> finish() override {
        if (!lines_) TRY(begin_lines());
        return LineGroups::make(
            options_, std::move(orders_), std::move(items_), std::move(lines_), position_max_
        );
    }

private:
    Result<void> check_memory() const {
        if (orders_->bytes() <= options_.memory_bytes_max / 2) return {};
        return unfit("the orders do not fit into memory");
    }

    Result<void> begin_lines() {
        TRY(orders_->finish());
        TRY(check_memory());
        item_bits_ = order_and_item_bits_in - bits_for(orders_->size());
        lines_ = std::make_unique<LineStore>(
            files_,
            options_.scratch_folder,
            orders_->range_count(),
            options_.memory_bytes_max - orders_->bytes()
        );
        return {};
    }

    Result<void> add_line(const Block& block, std::size_t row) {
        const Column& order = block.columns[0];
        if (order.null(row)) return {};
        const std::optional<OrderPlace> place = orders_->find(order.values[row]);
        if (!place) return {};
        if (block.columns[1].null(row) || block.columns[2].null(row) || block.columns[3].null(row))
            return unfit("a line without item, position or repeat flag");
        const std::int64_t position = block.columns[2].values[row];
        const std::int64_t repeat = block.columns[3].values[row];
        if (position < 0 || position >> position_bits_in != 0)
            return unfit("a position beyond 0 to 65535");
        if (repeat != 0 && repeat != 1) return unfit("a repeat flag that is neither 0 nor 1");
        position_max_ = std::max(position_max_, static_cast<std::uint32_t>(position));
        const Word item = items_->code(block.columns[1].values[row]);
        return lines_->add(
            place->range,
            Word{place->order} << (item_bits_ + low_bits_in) | item << low_bits_in |
                static_cast<Word>(position) << 1 | static_cast<Word>(repeat)
        );
    }

    const Options options_;
    os::Filesystem& files_;
    std::unique_ptr<Orders> orders_;
    std::unique_ptr<ItemCodes> items_;
    std::unique_ptr<LineStore> lines_;
    int item_bits_ = 0;
    std::uint32_t position_max_ = 0;
};

}  // namespace

std::unique_ptr<Grouping> begin_grouping(
    Options options, std::size_t carried_columns, os::Filesystem& files
) {
    return std::make_unique<GroupingNow>(std::move(options), carried_columns, files);
}

}  // namespace tradewind::kernel
