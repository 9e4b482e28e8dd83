#include "kernel/fill.h"

namespace tradewind::kernel {

namespace {

void fill_gap(
    const Orders& orders, Measure measure, std::uint32_t user, std::size_t row, Place to
) {
    const Orders::Gaps& gaps = orders.gaps_of(user);
    if (gaps.count == 0) return to.null(row);
    if (measure == Measure::TotalGap) return to.integer(row, gaps.sum);
    to.real(row, mean(gaps.sum, gaps.count));
}

}  // namespace

// In 80 bits and then rounded, as it is there: for nearly all sums and counts the same as a plain
// division.
double mean(std::int64_t sum, std::uint64_t count) {
    return static_cast<double>(static_cast<long double>(sum) / static_cast<long double>(count));
}

void fill_users_by_orders(
    const LineGroups& groups, Measure measure, std::span<const std::uint32_t> users, Place to
) {
    const Orders& orders = groups.orders();
    for (std::size_t row = 0; row < users.size(); ++row) {
        const std::uint32_t user = users[row];
        const std::uint32_t first = orders.first_order(user);
        const std::uint32_t end = orders.first_order(user + 1);
        switch (measure) {
            case Measure::User:
                to.integer(row, orders.user_id(user));
                break;
            case Measure::Orders:
                to.integer(row, std::uint64_t{end - first});
                break;
            case Measure::FirstSequence:
                to.integer(row, orders.sequence(first));
                break;
            case Measure::LastSequence:
                to.integer(row, orders.sequence(end - 1));
                break;
            default:
                fill_gap(orders, measure, user, row, to);
        }
    }
}

void fill_users_by_lines(
    const LineGroups& groups, Measure measure, std::span<const std::uint32_t> users, Place to
) {
    for (std::size_t row = 0; row < users.size(); ++row) {
        const UserCounts& counts = groups.counts_of_user(users[row]);
        switch (measure) {
            case Measure::User:
                to.integer(row, groups.orders().user_id(users[row]));
                break;
            case Measure::LineCount:
                to.integer(row, std::uint64_t{counts.lines});
                break;
            case Measure::DistinctItems:
                to.integer(row, std::uint64_t{counts.items});
                break;
            case Measure::Repeats:
                to.integer(row, std::uint64_t{counts.repeats});
                break;
            case Measure::LaterLines:
                to.integer(row, std::uint64_t{counts.later});
                break;
            default:
                if (counts.later == 0) {
                    to.null(row);
                } else {
                    to.real(row, static_cast<double>(counts.repeats) / counts.later);
                }
        }
    }
}

void fill_items(
    const LineGroups& groups, Measure measure, std::span<const std::uint32_t> items, Place to
) {
    for (std::size_t row = 0; row < items.size(); ++row) {
        const ItemCounts& counts = groups.counts_of_item(items[row]);
        switch (measure) {
            case Measure::Item:
                to.integer(row, groups.items().id(items[row]));
                break;
            case Measure::LineCount:
                to.integer(row, counts.lines);
                break;
            case Measure::Repeats:
                to.integer(row, counts.repeats);
                break;
            case Measure::Firsts:
                to.integer(row, counts.firsts);
                break;
            default:
                to.integer(row, counts.seconds);
        }
    }
}

}  // namespace tradewind::kernel
