// system.runs and system.run_assets: the run history as SQL.
#pragma once

#include <vector>

#include "base/row_batch.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

RowBatch run_rows(const std::vector<Run>& runs);
RowBatch run_asset_rows(const std::vector<Run>& runs);

}  // namespace tradewind::pipeline
