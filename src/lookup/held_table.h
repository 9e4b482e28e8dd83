// One version of a looked-up table: what a key adds to a record, found by binary search in bytes
// that lie one behind the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/lookup.h"
#include "lookup/table_rows.h"

namespace tradewind::lookup {

class HeldTable {
public:
    explicit HeldTable(const Lookup& lookup) : of_(lookup) {}

    // In the order of rows_sql(): of one key's rows those after the first count only in a list.
    Result<void> add(const TableRow& row);
    void end();
    // Appends `,"member":value`.
    void append(std::string_view key, std::string& json) const;
    std::int64_t rows() const { return rows_; }

    // The same where there is no table.
    static void append_nothing(const Lookup& lookup, std::string& json);

private:
    struct Entry {
        std::uint64_t key_at;
        std::uint64_t value_at;  // the key ends there; the value where the next entry's key begins
    };

    std::string_view key_of(std::size_t entry) const;
    std::string_view value_of(std::size_t entry) const;

    const Lookup& of_;
    std::string bytes_;
    std::vector<Entry> entries_;
    std::int64_t rows_ = 0;
};

}  // namespace tradewind::lookup
