// Column by column, from what was counted: `count` rows from the output's row `at` on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/groups.h"
#include "kernel/kernel.h"

namespace tradewind::kernel {

// Where in a column rows go.
struct Place {
    const OutColumn* out = nullptr;
    std::size_t at = 0;

    void integer(std::size_t row, std::uint64_t value) const {
        out->integers[at + row] = static_cast<std::int64_t>(value);
    }
    void integer(std::size_t row, std::int64_t value) const { out->integers[at + row] = value; }
    void real(std::size_t row, double value) const { out->reals[at + row] = value; }
    void null(std::size_t row) const { out->set_null(at + row); }
};

// Measures of users and items, each row one of them by its place.
void fill_users_by_orders(
    const LineGroups& groups, Measure measure, std::span<const std::uint32_t> users, Place to
);
void fill_users_by_lines(
    const LineGroups& groups, Measure measure, std::span<const std::uint32_t> users, Place to
);
void fill_items(
    const LineGroups& groups, Measure measure, std::span<const std::uint32_t> items, Place to
);

// The mean as the engine computes it of whole numbers.
double mean(std::int64_t sum, std::uint64_t count);

}  // namespace tradewind::kernel
