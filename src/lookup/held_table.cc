#include "lookup/held_table.h"

#include "base/json.h"

namespace tradewind::lookup {

namespace {

void append_label(const std::string& name, std::string& json) {
    json += ',';
    json::append_string(json, name);
    json += ':';
}

void append_nulls(const Lookup& lookup, std::string& json) {
    for (const Member& member : lookup.columns) {
        append_label(member.name, json);
        json += "null";
    }
}

}  // namespace

std::string_view HeldTable::key_of(std::size_t entry) const {
    const Entry& of = entries_[entry];
    return std::string_view(bytes_).substr(of.key_at, of.value_at - of.key_at);
}

std::string_view HeldTable::value_of(std::size_t entry) const {
    const std::uint64_t at = entries_[entry].value_at;
    const std::uint64_t end =
        entry + 1 < entries_.size() ? entries_[entry + 1].key_at : bytes_.size();
    return std::string_view(bytes_).substr(at, end - at);
}

Result<void> HeldTable::add(const TableRow& row) {
    const bool again = !entries_.empty() && key_of(entries_.size() - 1) == row.key;
    if (!entries_.empty() && !again && key_of(entries_.size() - 1) > row.key)
        return Error(ErrorCode::Corruption, "rows came out of the order of their keys");
    if (again && !of_.many) return {};
    ++rows_;
    if (again) {
        bytes_ += ",{";
    } else {
        const std::uint64_t at = bytes_.size();
        entries_.push_back({at, at + row.key.size()});
        bytes_ += row.key;
        if (!of_.as.empty()) bytes_ += '{';
    }
    bytes_ += row.members;
    if (!of_.as.empty()) bytes_ += '}';
    return {};
}

void HeldTable::end() {
    bytes_.shrink_to_fit();
    entries_.shrink_to_fit();
}

void HeldTable::append(std::string_view key, std::string& json) const {
    std::size_t low = 0;
    std::size_t high = entries_.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (key_of(middle) < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const bool there = low < entries_.size() && key_of(low) == key;
    if (of_.as.empty()) {
        if (!there) return append_nulls(of_, json);
        json += ',';
        json += value_of(low);
        return;
    }
    append_label(of_.as, json);
    if (of_.many) json += '[';
    if (there) json += value_of(low);
    if (!there && !of_.many) json += "null";
    if (of_.many) json += ']';
}

void HeldTable::append_nothing(const Lookup& lookup, std::string& json) {
    if (lookup.as.empty()) return append_nulls(lookup, json);
    append_label(lookup.as, json);
    json += "null";
}

}  // namespace tradewind::lookup
