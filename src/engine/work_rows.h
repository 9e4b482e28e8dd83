// Part of the door (engine.h): rows that go in and out of a Work as columns of numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"

namespace tradewind::engine {

// Rows of whole numbers, chunk by chunk. Views live until the next chunk is asked for.
struct IntegerColumn {
    const std::int64_t* values = nullptr;
    const std::uint64_t* valid = nullptr;  // a bit for each row, unset: null; nullptr: none is null
};
struct IntegerChunk {
    std::size_t rows = 0;
    std::vector<IntegerColumn> columns;
};
class IntegerReader {
public:
    virtual ~IntegerReader() = default;
    // False at the end.
    virtual Result<bool> next(IntegerChunk& chunk) = 0;
};

// A table that the platform computes itself, column by column: whole numbers and doubles, written
// as `type`; or one value for all rows.
struct ComputedColumn {
    std::string name;
    std::string type;
    bool real = false;                    // doubles; else 64-bit whole numbers
    bool nullable = false;                // its validity is asked for
    std::optional<std::string> constant;  // as text; the column is not asked for
};
// Where the next rows of a column go: one of the first two. `valid` is there for nullable ones, all
// bits set.
struct ComputedValues {
    std::int64_t* integers = nullptr;
    double* reals = nullptr;
    std::uint64_t* valid = nullptr;
};
class ComputedRows {
public:
    virtual ~ComputedRows() = default;
    // The next rows of the columns that are no constants, `rows_max` unless there are fewer left;
    // 0: the end. One thread.
    virtual Result<std::size_t> next(
        const std::vector<ComputedValues>& columns, std::size_t rows_max
    ) = 0;
};
struct ComputedFile {
    std::string path;
    std::unique_ptr<ComputedRows> rows;
};

// Plain columns of all rows of one table, in ascending order of others of its columns.
struct OrderedRead {
    catalog::TableName table;  // as it is written
    std::vector<std::string> columns;
    std::vector<std::string> order_by;
};

}  // namespace tradewind::engine
