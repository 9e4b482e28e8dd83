#include "serving/row.h"

#include <algorithm>

#include "serving/item_columns.h"

namespace tradewind::serving {

namespace {

void append_item_json(std::string& out, const TableSpec& table, const std::vector<Cell>& stored) {
    char separator = '{';
    for (const ItemMember& item : table.items) {
        out.push_back(separator);
        separator = ',';
        out += item.label;
        const Cell& first = stored[static_cast<std::size_t>(item.stored[0])];
        if (item.stored.size() == 1) {
            append_json(out, first, item.type);
        } else {
            const Cell& second = stored[static_cast<std::size_t>(item.stored[1])];
            append_json(out, product(first, second), item.type);
        }
    }
    out.push_back('}');
}

bool append_section_json(
    std::string& out, const TableSpec& table, const Section& section, bool& first
) {
    std::vector<Cell> stored;
    ItemReader in(section.items);
    Item item;
    while (in.next(item)) {
        if (!read_item_columns(item.columns, table, stored)) return false;
        if (!first) out.push_back(',');
        first = false;
        append_item_json(out, table, stored);
    }
    return in.ok();
}

bool append_items_json(std::string& out, const TableSpec& table, const Row& row) {
    out += ",\"items\":";
    for (const Section& section : row.sections) {
        if (section.items_dropped) {
            out += "null";
            return true;
        }
    }
    out.push_back('[');
    bool first = true;
    for (const Section& section : row.sections) {
        if (!append_section_json(out, table, section, first)) return false;
    }
    out.push_back(']');
    return true;
}

}  // namespace

bool read_row_value(std::string_view value, const TableSpec& table, Row& row) {
    row.sections.clear();
    if (!read_sections(value, row.sections) || !fold_slots(row.sections, row.slots)) return false;
    return std::equal(
        row.slots.begin(),
        row.slots.end(),
        table.slots.begin(),
        table.slots.end(),
        [](const SlotState& read, const Slot& wanted) { return read.aggregate == wanted.aggregate; }
    );
}

Cell member_value(const Row& row, const Member& member) {
    switch (member.from) {
        case Member::From::PartitionKey:
            return row.key.partition_key;
        case Member::From::SortKey:
            return row.key.sort_key;
        case Member::From::Slot:
            return row.slots[static_cast<std::size_t>(member.slot)].value;
        case Member::From::StartsWith: {
            const Cell& key = member.of_sort_key ? row.key.sort_key : row.key.partition_key;
            return Cell::of(static_cast<Int128>(key.text.starts_with(member.prefix)));
        }
    }
    return {};
}

bool append_row_json(std::string& out, const TableSpec& table, const Row& row, KeyShown key) {
    char separator = '{';
    for (const Member& member : table.members) {
        if (member.from == Member::From::PartitionKey && key == KeyShown::No) continue;
        out.push_back(separator);
        separator = ',';
        out += member.label;
        append_json(out, member_value(row, member), member.type);
    }
    // A row that shows no key has a sort key: the object was opened.
    if (!table.items.empty() && !append_items_json(out, table, row)) return false;
    out.push_back('}');
    return true;
}

}  // namespace tradewind::serving
