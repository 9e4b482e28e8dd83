// Rows computed from their lines, every time anew: the oracle that the stored aggregates are
// compared with. On purpose it shares neither encodings nor aggregation with them, only the
// declaration of the table.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "base/ids.h"
#include "serving/table_spec.h"

namespace tradewind::serving {

// Null, any integer (as Cell), double or text.
using ReferenceValue = std::variant<std::monostate, Int128, double, std::string>;

bool less(const ReferenceValue& a, const ReferenceValue& b);
struct ReferenceLess {
    bool operator()(const ReferenceValue& a, const ReferenceValue& b) const { return less(a, b); }
};

struct ReferenceLine {
    OriginId origin;
    PartitionId partition;
    std::int64_t sequence = 0;
    std::vector<ReferenceValue> values;  // of TableSpec::columns
};

// One row: its lines in provenance order, at least one.
using ReferenceLines = std::vector<ReferenceLine>;
void insert_line(ReferenceLines& lines, ReferenceLine line);

ReferenceValue reference_member(
    const TableSpec& table, const ReferenceLines& lines, const Member& member
);
std::string reference_row_json(
    const TableSpec& table, const ReferenceLines& lines, bool with_partition_key
);
// Over the rows of one partition.
std::string reference_summary_json(
    const TableSpec& table, const std::vector<const ReferenceLines*>& rows
);

// The members that the table is ordered by, as one row has them.
std::vector<ReferenceValue> reference_sort_values(
    const TableSpec& table, const ReferenceLines& lines
);
// In the table's order: nulls last, whatever the direction.
bool sorts_before(
    const TableSpec& table,
    const std::vector<ReferenceValue>& a,
    const std::vector<ReferenceValue>& b
);

}  // namespace tradewind::serving
