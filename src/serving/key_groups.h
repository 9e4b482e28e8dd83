// Sorts the rows of a batch into groups of equal keys, in one pass and without a string per row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::serving {

class KeyGroups {
public:
    explicit KeyGroups(std::size_t row_count_max);

    // Rows come in ascending order; a row that is not added is in no group.
    void add(std::uint32_t row, std::string_view key);
    // Once, after the last add.
    void finish();

    std::size_t size() const { return key_ends_.size(); }
    std::string_view key(std::size_t group) const;
    std::span<const std::uint32_t> rows(std::size_t group) const;

private:
    std::uint32_t find_or_add(std::string_view key);
    void grow_table();

    struct Entry {
        std::uint64_t hash = 0;
        std::uint32_t group = 0;
        bool used = false;
    };

    std::string key_bytes_;
    std::vector<std::size_t> key_ends_;
    std::vector<Entry> table_;  // open addressing; its size is a power of two
    std::vector<std::uint32_t> added_rows_;
    std::vector<std::uint32_t> added_groups_;
    std::vector<std::uint32_t> sorted_rows_;  // group by group
    std::vector<std::uint32_t> row_ends_;
};

}  // namespace tradewind::serving
