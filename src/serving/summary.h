// A partition's summary, folded over its rows.
#pragma once

#include <string>
#include <vector>

#include "serving/row.h"

namespace tradewind::serving {

class Summary {
public:
    explicit Summary(const TableSpec& table);

    void add(const Row& row);
    bool empty() const { return row_count_ == 0; }
    // The JSON object: the partition key, then the summary's members.
    std::string to_json(const Cell& partition_key) const;

private:
    struct State {
        Cell value;
        std::string text;  // the value's bytes, when it is text: rows do not stay
    };

    void add(const SummaryMember& member, const Cell& value, State& state);

    const TableSpec& table_;
    std::vector<State> states_;
    std::int64_t row_count_ = 0;
};

}  // namespace tradewind::serving
