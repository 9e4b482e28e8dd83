// system.checks and system.check_results.
#pragma once

#include <vector>

#include "base/row_batch.h"
#include "quality/history.h"

namespace tradewind::quality {

RowBatch system_rows(const std::vector<History::Line>& lines);

}  // namespace tradewind::quality
