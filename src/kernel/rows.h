// The rows of tables, kind by kind.
#pragma once

#include <cstddef>
#include <memory>

#include "kernel/groups.h"
#include "kernel/kernel.h"

namespace tradewind::kernel {

// Users or items [begin, end). The groups outlive what is opened on them.
std::unique_ptr<Rows> open_entities(
    const LineGroups& groups, const TablePlan& table, std::size_t begin, std::size_t end
);
// Ranges [begin, end).
std::unique_ptr<Rows> open_lines(
    const LineGroups& groups, const TablePlan& table, std::size_t begin, std::size_t end
);
std::unique_ptr<Rows> open_pairs(
    const LineGroups& groups, const TablePlan& table, std::size_t begin, std::size_t end
);

}  // namespace tradewind::kernel
