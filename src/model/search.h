// Better parameters of trees, looked for within a budget of time.
#pragma once

#include <string>
#include <vector>

#include "model/kinds.h"

namespace tradewind::model {

// The parameters with the least loss on the users that are kept for it (a tenth): those of the
// model's file first, then others near the best so far, until the time is up. What comes out
// depends on how many could be tried; the version's card has them.
Result<ModelSpec> search_parameters(
    const Training& training, const std::vector<std::string>& columns
);

learn::TreeOptions tree_options(
    const Training& training, const ModelSpec& spec, const std::vector<std::string>& columns
);

}  // namespace tradewind::model
