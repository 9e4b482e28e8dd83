// One serving table, checked and ready to work with: the meaning of a serving/*.yml.
#pragma once

#include <string>
#include <vector>

#include "base/row_batch.h"
#include "serving/cell.h"
#include "serving/serving.h"

namespace tradewind::serving {

enum class Aggregate { Min = 1, Max = 2, Latest = 3, Sum = 4 };

// One aggregate kept in the store for every row and origin. `columns` are indexes into
// TableSpec::columns: one, two for a sum of products, none for a count of lines.
struct Slot {
    Aggregate aggregate = Aggregate::Sum;
    std::vector<int> columns;
};

// One member of a row's JSON object. `label` is its name as JSON with the colon.
struct Member {
    enum class From { PartitionKey, SortKey, Slot, StartsWith };

    std::string name;
    std::string label;
    ValueType type;
    From from = From::Slot;
    int slot = -1;             // From::Slot
    bool of_sort_key = false;  // From::StartsWith: of the sort key, else of the partition key
    std::string prefix;        // From::StartsWith
};

// One member of an item: a stored column, or the product of two.
struct ItemMember {
    std::string name;
    std::string label;
    ValueType type;
    std::vector<int> stored;  // indexes into TableSpec::item_columns
};

struct OrderTerm {
    int member = 0;
    bool descending = false;
};

struct SummaryMember {
    enum class Kind { Count, CountIf, CountUnless, Sum, Min, Max };

    std::string name;
    std::string label;
    Kind kind = Kind::Count;
    int member = -1;  // of the row; Count has none
    ValueType type;
};

struct TableSpec {
    TableDescription description;
    std::vector<ColumnSpec> columns;  // of the source that the table reads, each once
    int partition_key = -1;           // these three: indexes into `columns`, -1: none
    int sort_key = -1;
    int event_time = -1;
    std::vector<Slot> slots;
    std::vector<Member> members;    // in the order they print: keys, attributes, totals
    std::vector<int> item_columns;  // indexes into `columns`: what is stored of every line
    std::vector<ItemMember> items;
    std::vector<OrderTerm> order;  // ends in the sort key, so that it is total
    std::vector<SummaryMember> summary;
    // Changes whenever what is stored for the same rows changes. Order, names and summary do not
    // count: they are applied when reading.
    std::string fingerprint;

    const ColumnSpec& column(int index) const { return columns[static_cast<std::size_t>(index)]; }
    const Member& member(int index) const { return members[static_cast<std::size_t>(index)]; }
    bool has_sort_key() const { return sort_key >= 0; }
};

// The index of a member by its name, or -1.
int find_member(const TableSpec& table, const std::string& name);

// Identity of what a table stores (TableSpec::fingerprint).
std::string stored_fingerprint(const TableSpec& table);

}  // namespace tradewind::serving
