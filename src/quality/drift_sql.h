// How far a column's values have moved from those of other rows, as one statement.
#pragma once

#include <string>

namespace tradewind::quality {

// Below it a share counts as this much, so that a bin that is empty on one side weighs something
// and not everything.
inline constexpr double drift_share_min = 0.0001;

struct DriftOfColumn {
    std::string values;    // SELECT … AS v: the rows of now
    std::string baseline;  // SELECT … AS v: those that they are compared with
    bool numbers = true;   // else each value is a bin of its own
    int bins = 10;
};
// SELECT of a row: the population stability index (null where one side has no rows) and how many
// rows the baseline has.
std::string drift_statement(const DriftOfColumn& of);

}  // namespace tradewind::quality
