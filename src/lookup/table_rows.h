// The rows of a published table as the pieces of JSON that answers are put together from.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/lookup.h"

namespace tradewind::lookup {

struct TableRow {
    std::string key;
    std::string text;          // of a search: its words
    std::string_view members;  // "name":value,… without brackets; lives until the next row
};

// A lookup's rows by key in byte order, and within a key in the order of `many`; rows without a key
// are left out.
std::string rows_sql(const Lookup& lookup);
// A search's rows, best first. Their members begin with the key's.
std::string rows_sql(const Search& search);

// ResourceExhausted: they are more than the options hold.
Result<void> read_rows(
    engine::Work& work,
    const std::string& sql,
    bool with_text,
    const HoldOptions& options,
    const std::function<void(const TableRow& row)>& visit
);

}  // namespace tradewind::lookup
