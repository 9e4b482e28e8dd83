// What an aggregate holds: made from lines, combined with its like in any grouping, and written to
// the store. It describes itself there, so that values can be combined without their table.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/ids.h"
#include "serving/cell.h"
#include "serving/table_spec.h"

namespace tradewind::serving {

// Which line, and when it happened: what "latest" compares, in this order.
struct LineTime {
    bool timed = false;      // a line without event time is older than all others
    std::int64_t event = 0;  // in the event time's own unit
    OriginId origin;
    PartitionId partition;
    std::int64_t sequence = 0;

    auto operator<=>(const LineTime&) const = default;
};

struct SlotState {
    Aggregate aggregate = Aggregate::Sum;
    Cell value;     // null: no line had one. A sum is never null.
    LineTime line;  // of the value; Latest only

    static SlotState empty(Aggregate aggregate);
};

// Brings one more state of the same aggregate in. Associative and commutative.
void combine(SlotState& into, const SlotState& from);

// The origin is not written: it is that of the section around it.
void append_slot(std::string& out, const SlotState& slot);
// The text views the reader's bytes. False: damaged.
bool read_slot(ByteReader& in, OriginId origin, SlotState& slot);

// Values as they stand in slots and items: their kind is known beforehand.
void append_value(std::string& out, const Cell& cell);
Cell read_value(ByteReader& in, Cell::Kind kind);

}  // namespace tradewind::serving
