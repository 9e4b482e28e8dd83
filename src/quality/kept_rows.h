// The rows that fail a check: kept, and looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "quality/compile.h"
#include "quality/quality.h"

namespace tradewind::quality {

// Puts at most `rows_max` of the failing rows into a table of the Work: the subject's columns, and
// _check, _reason. Rows that an `sql` check finds have other columns: they stand in _reason.
// Returns how many.
Result<std::int64_t> keep_rows(
    engine::Work& work,
    const catalog::TableName& name,
    const Plan& plan,
    const Subject& subject,
    std::int64_t rows_max
);
// The most frequent values among them; whole rows where the check is not about values.
Result<std::vector<Sample>> sample_rows(
    engine::Work& work, const catalog::TableName& kept, const Check& check, std::size_t samples_max
);

// Columns that quarantine adds; a subject's own of these names are left out.
bool is_quarantine_column(const std::string& name);

}  // namespace tradewind::quality
