// Runs the checks of one table over rows that a Work knows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "quality/compile.h"
#include "quality/quality.h"

namespace tradewind::quality {

// A failing check's rows, kept in the Work for as long as it lives.
struct KeptRows {
    catalog::TableName name;  // of the table in the Work: the rows' columns, _check, _reason
    std::int64_t row_count = 0;
};

struct Outcome {
    std::int64_t row_count = 0;
    std::vector<CheckResult> results;
    std::vector<KeptRows> kept;
};

// An error is one of running at all (Cancelled, no memory, …), never of one check.
Result<Outcome> run_all(
    engine::Engine& engine,
    engine::Work& work,
    const std::vector<Check>& checks,
    const Subject& subject,
    os::Clock& clock,
    const QualityOptions& options
);

// Is it the check's own fault, and others may go on?
bool of_one_check(const Error& error);
// InvalidArgument, with the check's place: a user's text in it that may not stand in a statement.
Result<void> gate_texts(engine::Engine& engine, const Check& check);

}  // namespace tradewind::quality
