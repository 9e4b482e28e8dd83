// One page of a partition's rows in the table's order, and the cursor to the next.
#pragma once

#include <cstddef>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "serving/row.h"

namespace tradewind::serving {

// Bytes whose order is the table's order of rows. They end in the row's sort key, so that no two
// rows of a partition have the same.
std::string sort_bytes(const TableSpec& table, const Row& row);

// A cursor holds the sort bytes of the last row shown: rows that arrive before it later do not
// move what follows. It is checked to be of this table, order and partition.
std::string make_cursor(const TableSpec& table, std::string_view partition, std::string_view last);
// InvalidArgument: not a cursor, or one of another list.
Result<std::string> read_cursor(
    const TableSpec& table, std::string_view partition, std::string_view cursor
);

// InvalidArgument: no list can be made of that table or with that limit.
Result<void> check_list(const TableSpec& table, const ListRequest& request);

// Keeps the first `limit` rows behind the cursor, however many pass by.
class PageCollector {
public:
    PageCollector(std::size_t limit, std::optional<std::string> after)
        : limit_(limit), after_(std::move(after)) {}

    // Whether a row of that place would be on the page as far as is known.
    bool wants(std::string_view sort) const;
    void add(std::string sort, std::string json);
    // Once. The cursor's content is the sort bytes of the last row when there are more.
    std::vector<std::string> take_rows(std::optional<std::string>& last);

private:
    struct Entry {
        std::string sort;
        std::string json;
        bool operator<(const Entry& other) const { return sort < other.sort; }
    };

    std::size_t limit_;
    std::optional<std::string> after_;
    std::priority_queue<Entry> entries_;  // the last in order on top
};

}  // namespace tradewind::serving
