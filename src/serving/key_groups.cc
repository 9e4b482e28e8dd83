#include "serving/key_groups.h"

#include "base/hash.h"

namespace tradewind::serving {

KeyGroups::KeyGroups(std::size_t row_count_max) : table_(64) {
    added_rows_.reserve(row_count_max);
    added_groups_.reserve(row_count_max);
}

std::string_view KeyGroups::key(std::size_t group) const {
    const std::size_t begin = group == 0 ? 0 : key_ends_[group - 1];
    return std::string_view(key_bytes_).substr(begin, key_ends_[group] - begin);
}

std::span<const std::uint32_t> KeyGroups::rows(std::size_t group) const {
    const std::size_t begin = group == 0 ? 0 : row_ends_[group - 1];
    return std::span(sorted_rows_).subspan(begin, row_ends_[group] - begin);
}

void KeyGroups::add(std::uint32_t row, std::string_view key) {
    // Lines of one order mostly stand together: the last group is tried before the hash.
    const bool again = !added_groups_.empty() && this->key(added_groups_.back()) == key;
    const std::uint32_t group = again ? added_groups_.back() : find_or_add(key);
    added_rows_.push_back(row);
    added_groups_.push_back(group);
}

std::uint32_t KeyGroups::find_or_add(std::string_view key) {
    if (size() * 2 >= table_.size()) grow_table();
    const std::uint64_t hash = hash64(key);
    const std::size_t mask = table_.size() - 1;
    std::size_t at = hash & mask;
    for (; table_[at].used; at = (at + 1) & mask) {
        if (table_[at].hash == hash && this->key(table_[at].group) == key) return table_[at].group;
    }
    const auto group = static_cast<std::uint32_t>(size());
    table_[at] = {hash, group, true};
    key_bytes_.append(key);
    key_ends_.push_back(key_bytes_.size());
    return group;
}

void KeyGroups::grow_table() {
    std::vector<Entry> larger(table_.size() * 2);
    const std::size_t mask = larger.size() - 1;
    for (const Entry& entry : table_) {
        if (!entry.used) continue;
        std::size_t at = entry.hash & mask;
        while (larger[at].used) at = (at + 1) & mask;
        larger[at] = entry;
    }
    table_ = std::move(larger);
}

void KeyGroups::finish() {
    // Counting sort: first how many rows each group has, then where each group begins.
    row_ends_.assign(size(), 0);
    for (const std::uint32_t group : added_groups_) ++row_ends_[group];
    std::uint32_t begin = 0;
    for (std::uint32_t& end : row_ends_) {
        const std::uint32_t count = end;
        end = begin;
        begin += count;
    }
    sorted_rows_.resize(added_rows_.size());
    for (std::size_t i = 0; i < added_rows_.size(); ++i) {
        sorted_rows_[row_ends_[added_groups_[i]]++] = added_rows_[i];
    }
}

}  // namespace tradewind::serving
