#include "serving/row_value.h"

#include <algorithm>
#include <tuple>

#include "base/bytes.h"

namespace tradewind::serving {

namespace {

constexpr char value_format = 1;

bool read_section(ByteReader& in, Section& section) {
    section.origin = OriginId(unzigzag(in.varint()));
    const auto slot_bytes = in.varint();
    const auto flags = in.varint();
    section.items_dropped = (flags & 1) != 0;
    section.slot_count = flags >> 1;
    section.slots = in.bytes(slot_bytes);
    section.items = in.sized_bytes();
    return in.ok();
}

void append_raw_section(std::string& out, const Section& section) {
    put_varint(out, zigzag(section.origin.value));
    put_varint(out, section.slots.size());
    put_varint(out, section.slot_count << 1 | (section.items_dropped ? 1u : 0u));
    out.append(section.slots);
    put_bytes(out, section.items);
}

void append_folded(
    std::string& out,
    OriginId origin,
    std::span<const SlotState> slots,
    std::string_view items,
    bool items_dropped
) {
    std::string encoded;
    for (const SlotState& slot : slots) append_slot(encoded, slot);
    append_raw_section(out, {origin, slots.size(), encoded, items, items_dropped});
}

bool combine_slots(const Section& section, std::vector<SlotState>& slots) {
    ByteReader in(section.slots);
    for (SlotState& slot : slots) {
        SlotState next;
        if (!read_slot(in, section.origin, next) || next.aggregate != slot.aggregate) return false;
        combine(slot, next);
    }
    return in.at_end();
}

bool before(const Item& a, const Item& b) {
    return std::tie(a.partition, a.sequence, a.columns) <
           std::tie(b.partition, b.sequence, b.columns);
}

// The items of sections of one origin in order of provenance. Batches mostly come in that order
// already.
bool fold_items(std::span<const Section> sections, std::string& out) {
    std::vector<Item> items;
    for (const Section& section : sections) {
        ItemReader in(section.items);
        Item item;
        while (in.next(item)) items.push_back(item);
        if (!in.ok()) return false;
    }
    if (!std::is_sorted(items.begin(), items.end(), before)) {
        std::sort(items.begin(), items.end(), before);
    }
    for (const Item& item : items) append_item(out, item);
    return true;
}

bool fold_origin(std::span<const Section> sections, std::string& out) {
    if (sections.size() == 1) {
        append_raw_section(out, sections.front());
        return true;
    }
    std::vector<SlotState> slots;
    if (!fold_slots(sections, slots)) return false;
    bool dropped = false;
    std::size_t bytes = 0;
    for (const Section& section : sections) {
        dropped = dropped || section.items_dropped;
        bytes += section.items.size();
    }
    std::string items;
    items.reserve(std::min(bytes, section_items_bytes_max));
    dropped = dropped || bytes > section_items_bytes_max;
    if (!dropped && !fold_items(sections, items)) return false;
    append_folded(out, sections.front().origin, slots, items, dropped);
    return true;
}

}  // namespace

bool read_sections(std::string_view value, std::vector<Section>& sections) {
    if (value.empty() || value.front() != value_format) return false;
    ByteReader in(value.substr(1));
    while (!in.at_end()) {
        Section section;
        if (!read_section(in, section)) return false;
        if (!sections.empty() && sections.back().origin >= section.origin) return false;
        sections.push_back(section);
    }
    return !sections.empty();
}

bool ItemReader::next(Item& item) {
    if (in_.at_end()) return false;
    const auto columns_bytes = in_.varint();
    item.partition = PartitionId(static_cast<std::int32_t>(unzigzag(in_.varint())));
    item.sequence = unzigzag(in_.varint());
    item.columns = in_.bytes(columns_bytes);
    return in_.ok();
}

void append_item(std::string& out, const Item& item) {
    put_varint(out, item.columns.size());
    put_varint(out, zigzag(item.partition.value));
    put_varint(out, zigzag(item.sequence));
    out.append(item.columns);
}

void begin_value(std::string& out) {
    out.push_back(value_format);
}

void append_section(
    std::string& out, OriginId origin, std::span<const SlotState> slots, std::string_view items
) {
    const bool dropped = items.size() > section_items_bytes_max;
    append_folded(out, origin, slots, dropped ? std::string_view() : items, dropped);
}

bool fold_slots(std::span<const Section> sections, std::vector<SlotState>& slots) {
    const Section& first = sections.front();
    // Every slot has a byte at least: a damaged count cannot make us set room aside for it.
    if (first.slot_count > first.slots.size()) return false;
    slots.resize(first.slot_count);
    ByteReader in(first.slots);
    for (SlotState& slot : slots) {
        if (!read_slot(in, first.origin, slot)) return false;
    }
    if (!in.at_end()) return false;
    for (const Section& section : sections.subspan(1)) {
        if (section.slot_count != slots.size() || !combine_slots(section, slots)) return false;
    }
    return true;
}

bool fold(std::span<const std::string_view> values, std::string& out) {
    std::vector<Section> sections;
    std::vector<Section> all;
    for (const std::string_view value : values) {
        sections.clear();
        if (!read_sections(value, sections)) return false;
        all.insert(all.end(), sections.begin(), sections.end());
    }
    std::stable_sort(all.begin(), all.end(), [](const Section& a, const Section& b) {
        return a.origin < b.origin;
    });
    begin_value(out);
    for (std::size_t begin = 0; begin < all.size();) {
        std::size_t end = begin + 1;
        while (end < all.size() && all[end].origin == all[begin].origin) ++end;
        if (!fold_origin(std::span(all).subspan(begin, end - begin), out)) return false;
        begin = end;
    }
    return true;
}

Removal remove_origin(std::string_view value, OriginId origin, std::string& out) {
    std::vector<Section> sections;
    if (!read_sections(value, sections)) return Removal::Damaged;
    begin_value(out);
    std::size_t kept = 0;
    for (const Section& section : sections) {
        if (section.origin == origin) continue;
        append_raw_section(out, section);
        ++kept;
    }
    if (kept == 0) return Removal::NothingLeft;
    return kept == sections.size() ? Removal::Unchanged : Removal::Changed;
}

}  // namespace tradewind::serving
