// A recipe over the tables as they are now.
#pragma once

#include <memory>

#include "api/api.h"
#include "api/call.h"
#include "base/result.h"
#include "engine/engine.h"
#include "recipe/recipe.h"

namespace tradewind::api {

// A Work with the tables that the recipe reads.
Result<std::unique_ptr<engine::Work>> open_recipe_tables(
    const Services& services, const Call& call, const recipe::Recipe& recipe
);

}  // namespace tradewind::api
