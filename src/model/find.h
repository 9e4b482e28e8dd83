// Which model a name means.
#pragma once

#include <string>
#include <vector>

#include "model/model.h"

namespace tradewind::model {

// "buy_again" where one package has a model of that name, else "basket/buy_again" or
// "basket.buy_again". NotFound with the nearest name; Conflict: several packages have one.
Result<const ModelSpec*> find_model(const std::vector<ModelSpec>& models, const std::string& name);

// Something came in of what the table is made of: of one table at least that is no asset there is a
// version with rows.
bool has_data(const ModelParts& parts, const catalog::TableName& table);

}  // namespace tradewind::model
