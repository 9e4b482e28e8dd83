// {sum: amount, where: …} as SQL; and aggregates by name.
#pragma once

#include <string>

#include "recipe/step.h"

namespace tradewind::recipe {

// `column` null: count of rows. `filter`: "" or a condition. InvalidArgument: the type does not
// fit.
Result<std::string> aggregate_of(
    StepContext& context,
    const std::string& function,
    const Column* column,
    const std::string& filter,
    const yaml::Node& at
);
Result<std::string> aggregate_sql(StepContext& context, const yaml::Node& node);
// Those that aggregate_of knows.
const std::vector<std::string>& aggregate_names();

}  // namespace tradewind::recipe
