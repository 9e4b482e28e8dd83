// The value of a row in the store: one section per origin, so that an import can be taken out
// again. A value, an operand to be merged into one, and what folding some of them gives are all of
// one format (docs/on_disk/serving.md), and folding is associative: how the lines were grouped on
// their way leaves no trace.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "serving/slot_state.h"

namespace tradewind::serving {

// More bytes of lines than this from one origin are not kept in a row (some 150,000 lines of an
// invoice): its items become null while its totals stay exact. It keeps one key that grows for ever
// from taking the memory of all others.
constexpr std::size_t section_items_bytes_max = 8u << 20;

// Views into a value.
struct Section {
    OriginId origin;
    std::uint64_t slot_count = 0;
    std::string_view slots;
    std::string_view items;
    bool items_dropped = false;  // there were more than section_items_bytes_max
};

// The sections in order of their origin. False: damaged.
bool read_sections(std::string_view value, std::vector<Section>& sections);

// One line of a section's items.
struct Item {
    PartitionId partition;
    std::int64_t sequence = 0;
    std::string_view columns;
};

// Goes through a section's items, which stand in order of provenance.
class ItemReader {
public:
    explicit ItemReader(std::string_view items) : in_(items) {}
    // False at the end, or when damaged: see ok().
    bool next(Item& item);
    bool ok() const { return in_.ok(); }

private:
    ByteReader in_;
};

void append_item(std::string& out, const Item& item);

// Starts a value: sections follow in order of their origin.
void begin_value(std::string& out);
// `items` beyond section_items_bytes_max are dropped.
void append_section(
    std::string& out, OriginId origin, std::span<const SlotState> slots, std::string_view items
);

// The aggregates of some sections of one row as one. False: damaged, or not of one table.
bool fold_slots(std::span<const Section> sections, std::vector<SlotState>& slots);

// All of them as one value, appended to the empty `out`. False: one is damaged.
bool fold(std::span<const std::string_view> values, std::string& out);

enum class Removal { Damaged, NothingLeft, Changed, Unchanged };
// The value without what came from `origin`, appended to the empty `out`.
Removal remove_origin(std::string_view value, OriginId origin, std::string& out);

}  // namespace tradewind::serving
