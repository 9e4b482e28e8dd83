// Groups interactions (who took what, in which order of his) natively: the tables that SQL makes by
// joining, sorting and grouping all lines again and again come out of one pass over them.
//
// A *line* says that an order of a user holds an item. Orders and lines come in as whole numbers;
// lines are packed into one word each, spread over ranges of users so small that a range fits a
// processor's cache, sorted there, and counted while they lie in order. Every table is then a walk
// over the ranges. What comes out depends on the data alone: not on the order of lines, the number
// of threads, the memory or the time.
//
// Says nothing of SQL, files or assets. What the packing cannot hold is InvalidArgument, with the
// reason: the caller makes the tables another way.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::kernel {

// Columns of whole numbers. `valid`: a bit for each row, unset where it is null; nullptr: none is.
struct Column {
    const std::int64_t* values = nullptr;
    const std::uint64_t* valid = nullptr;

    bool null(std::size_t row) const {
        return valid != nullptr && (valid[row / 64] >> (row % 64) & 1) == 0;
    }
};
struct Block {
    std::size_t rows = 0;
    std::vector<Column> columns;
};

// The kinds of tables: one row for each …
enum class Kind {
    Lines,          // line
    Pairs,          // user and item with a line
    UsersByOrders,  // user with an order, in the set or not
    UsersByLines,   // user with a line
    Items,          // item with a line
    Joined,         // pair, with measures of all other kinds but Lines beside it
};

// What a column says. Those without a kind in brackets may stand in every kind that has them as a
// key.
enum class Measure {
    Order,          // key [Lines]
    User,           // key
    Item,           // key
    Sequence,       // [Lines] of the order
    Gap,            // [Lines] of the order; may be null
    Carried,        // [Lines] another column of the order; may be null
    Position,       // [Lines]
    Repeat,         // [Lines]
    Orders,         // [UsersByOrders] how many
    FirstSequence,  // [UsersByOrders, Pairs]
    LastSequence,   // [UsersByOrders, Pairs]
    TotalGap,       // [UsersByOrders] null: all gaps are
    MeanGap,        // [UsersByOrders] a double; null: all gaps are
    LineCount,      // [Pairs, UsersByLines, Items]
    Repeats,        // [Pairs, UsersByLines, Items] lines whose repeat flag is 1
    DistinctItems,  // [UsersByLines]
    LaterLines,     // [UsersByLines] lines of orders whose sequence is above 1
    RepeatRatio,    // [UsersByLines] repeats for each later line, a double; null: there are none
    MeanPosition,   // [Pairs] a double
    Firsts,         // [Items] users who have it
    Seconds,        // [Items] users who have it in two lines or more
};
// Its values are doubles.
bool is_real(Measure measure);
bool may_be_null(Measure measure);

// A column of a table: `of` is the table's own kind, or for Joined the one that has the measure.
struct TableColumn {
    Kind of = Kind::Lines;
    Measure measure = Measure::Order;
    std::size_t carried = 0;  // Carried: which of the orders' further columns, from 0
};
struct TablePlan {
    Kind kind = Kind::Lines;
    std::vector<TableColumn> columns;
};

// Where a column's next rows go: `integers`, or `reals` for a measure that is_real(). `valid` is
// given for those that may_be_null(), all bits set.
struct OutColumn {
    std::int64_t* integers = nullptr;
    double* reals = nullptr;
    std::uint64_t* valid = nullptr;

    void set_null(std::size_t row) const { valid[row / 64] &= ~(std::uint64_t{1} << (row % 64)); }
};

// A part of a table's rows, in the order of its keys; one thread.
class Rows {
public:
    virtual ~Rows() = default;
    // The next rows, `rows_max` of them (at most 65,536) unless there are fewer left; 0: the end.
    virtual Result<std::size_t> next(
        const std::vector<OutColumn>& columns, std::size_t rows_max
    ) = 0;
};

// All lines, grouped. Any thread; it must outlive its Rows.
class Groups {
public:
    virtual ~Groups() = default;
    // Into how many parts the table is cut, one at least; the same for the same data.
    virtual std::size_t parts(const TablePlan& table) const = 0;
    // Parts follow each other: users of one come before those of the next (Items: items).
    virtual std::unique_ptr<Rows> open(const TablePlan& table, std::size_t part) const = 0;
    virtual std::uint64_t line_count() const = 0;
    virtual std::uint64_t pair_count() const = 0;
    // Lines that did not fit the memory lie in a file.
    virtual bool spilled() const = 0;
};

struct Options {
    // Of lines, orders and what is counted of them. What goes beyond it is written to a file;
    // orders must fit into half of it.
    std::uint64_t memory_bytes_max = 512u << 20;
    std::string scratch_folder;  // where that file is; nothing is left of it, whatever happens
    int threads = 2;
    std::size_t orders_per_range = 4096;  // at least; a user's orders stay together
    std::size_t rows_per_part = 4'000'000;
    std::shared_ptr<const std::atomic<bool>> cancelled;  // null: never
};

// Takes orders, then lines, and groups them; one thread, which may use others. Errors end it.
class Grouping {
public:
    virtual ~Grouping() = default;
    // Columns: order, user, sequence, gap, in the set (1, or 0: its lines do not count), then those
    // that are carried. They come by (user, sequence, order), over all calls. InvalidArgument:
    // another order, an order twice, a null in the first three.
    virtual Result<void> add_orders(const Block& block) = 0;
    // Columns: order, item, position, repeat. Lines without an order of the set do not count.
    // InvalidArgument: of those that do, one has a null, a position beyond 0 to 65,535 or a repeat
    // flag beyond 0 and 1; more items than can be packed.
    virtual Result<void> add_lines(const Block& block) = 0;
    // Once. Cancelled: `cancelled` was set.
    virtual Result<std::unique_ptr<Groups>> finish() = 0;
};
std::unique_ptr<Grouping> begin_grouping(
    Options options, std::size_t carried_columns, os::Filesystem& files
);

}  // namespace tradewind::kernel
