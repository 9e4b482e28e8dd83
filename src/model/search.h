// Better parameters of trees, looked for within a budget of time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/kinds.h"

namespace tradewind::model {

// The loss of trees with these parameters on what is kept for it.
using LossOf = std::function<Result<double>(const ModelSpec& spec)>;

// From the given parameters on, others near the best so far until the training's time is up; the
// best. None is tried where no time is given.
Result<ModelSpec> search_near(const Training& training, const ModelSpec& first, const LossOf& loss);

// One user of ten, whichever of them were chosen: whether parameters are any good is asked of him.
bool is_kept_back(learn::User user);

// The loss of the trees that a training with these options ends with: of all rounds, or with
// patience of the best.
Result<double> loss_of_trees(
    learn::FeatureSource& rows, learn::FeatureSource& validation, learn::TreeOptions options
);

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
