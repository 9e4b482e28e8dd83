// Which model a name means.
#pragma once

#include <string>
#include <vector>

#include "model/spec.h"

namespace tradewind::model {

// "buy_again" where one package has a model of that name, else "basket/buy_again" or
// "basket.buy_again". NotFound with the nearest name; Conflict: several packages have one.
Result<const ModelSpec*> find_model(const std::vector<ModelSpec>& models, const std::string& name);

}  // namespace tradewind::model
