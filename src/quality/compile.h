// A check as SQL: what it needs of the common scan, what it asks in a pass of its own, and which
// rows fail it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "quality/known_numbers.h"
#include "quality/number_claim.h"
#include "quality/quality.h"

namespace tradewind::quality {

// What a check's SQL is made for.
struct Subject {
    catalog::TableName rows;  // as the Work knows them
    std::vector<catalog::Column> columns;
    Timestamp now;
};

// How the values that came back are read. The first is always how many rows were looked at.
enum class Reading {
    Failing,    // failing rows
    MinMax,     // is the extreme beyond the bound; the rows are counted only when it is
    RowCount,   // with `statement`: the other table's rows
    Freshness,  // newest as text, is it too old (or is there none)
    Drift,      // how far, the rows of the baseline
    SumEquals,  // this sum, the other, do they agree
    Static,     // known without looking
};

struct Plan {
    const Check* check = nullptr;
    Reading reading = Reading::Failing;
    // Aggregates over the table, as many checks as there is room for in one scan.
    std::vector<std::string> aggregates;
    // A SELECT of one row, where the check needs a pass of its own; runs after the common scan, its
    // values come after theirs.
    std::string statement;
    // A SELECT of hashes from 0 to 2^63 - 1: where all are different, no row fails and `statement`
    // need not run. Empty: it always runs.
    std::string hashes;
    // Where all that the one gives is among what the other gives, no row fails and `statement` need
    // not run.
    std::optional<Reference> reference{};
    // What must be so that no row fails, where that is about whole numbers in all rows.
    std::optional<NumberClaim> claim{};
    // A condition that is true for rows that fail; empty: no row fails by itself.
    std::string fails;
    // Static: the outcome.
    CheckResult known;
};

// InvalidArgument: a column is not there (with the nearest that is), or of a type that this check
// says nothing of.
Result<Plan> compile(const Check& check, const Subject& subject);

// The name under which a `sql` check's view stands.
catalog::TableName view_name(const Check& check);

}  // namespace tradewind::quality
