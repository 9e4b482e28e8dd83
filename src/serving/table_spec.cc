#include "serving/table_spec.h"

#include "base/hash.h"

namespace tradewind::serving {

namespace {

// Part of the fingerprint: a new layout of values makes every table stale, so that it is rebuilt.
constexpr int layout_version = 1;

void append_columns(std::string& out, const TableSpec& table, const std::vector<int>& columns) {
    for (const int index : columns) {
        const ColumnSpec& column = table.column(index);
        out += " " + column.name + ":" + to_sql(column);
    }
    out.push_back('\n');
}

std::vector<int> one_or_none(int index) {
    return index < 0 ? std::vector<int>{} : std::vector<int>{index};
}

}  // namespace

TableDescription describe(const TableSpec& table) {
    return table.description;
}

std::vector<std::string> members_of_get(const TableSpec& table) {
    std::vector<std::string> names;
    if (table.has_sort_key()) {
        names.push_back(table.members.front().name);
        for (const SummaryMember& member : table.summary) names.push_back(member.name);
        return names;
    }
    for (const Member& member : table.members) names.push_back(member.name);
    if (!table.items.empty()) names.emplace_back("items");
    return names;
}

int find_member(const TableSpec& table, const std::string& name) {
    for (std::size_t i = 0; i < table.members.size(); ++i) {
        if (table.members[i].name == name) return static_cast<int>(i);
    }
    return -1;
}

std::string stored_fingerprint(const TableSpec& table) {
    std::string text = "layout " + std::to_string(layout_version) + "\n";
    text += "source " + table.description.source + "\npartition";
    append_columns(text, table, one_or_none(table.partition_key));
    text += "sort";
    append_columns(text, table, one_or_none(table.sort_key));
    // Lines differ in it only where something asks for the latest.
    bool timed = false;
    for (const Slot& slot : table.slots) {
        text += "slot " + std::to_string(static_cast<int>(slot.aggregate));
        append_columns(text, table, slot.columns);
        timed = timed || slot.aggregate == Aggregate::Latest;
    }
    text += "event time";
    append_columns(text, table, timed ? one_or_none(table.event_time) : std::vector<int>{});
    text += "items";
    append_columns(text, table, table.item_columns);
    return hash128(text);
}

}  // namespace tradewind::serving
