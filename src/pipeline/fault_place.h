// Where in an asset's file the fault lies that only its result, or its run, shows.
#pragma once

#include <vector>

#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// As check_distinct, with the place of the second column where the statement names it.
Result<void> check_distinct_columns(
    const Asset& asset, const std::vector<engine::ResultColumn>& columns
);
// A failure of what the platform made of the asset's statement: without that, whose lines say
// nothing to who wrote the asset. `work` knows what the asset reads, and runs its statement once
// more as it stands in the file to find the line.
Error placed_failure(Error failure, const Asset& asset, engine::Work& work);

}  // namespace tradewind::pipeline
