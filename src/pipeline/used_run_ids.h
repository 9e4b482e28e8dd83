// The numbers that runs had, as the lake knows them.
#pragma once

#include <cstdint>

#include "lake/lake.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// The highest number of a run that made what assets have now; 0: none. Files and versions bear it,
// so that no other run may get it, also when meta.sqlite is lost.
std::int64_t highest_run_in(lake::Lake& lake, const AssetGraph& graph);

}  // namespace tradewind::pipeline
