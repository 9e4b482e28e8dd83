// The operations of models: what there is and what is made of it; what they recommend;
// and what the segments are like.
#pragma once

#include <vector>

#include "api/operations.h"

namespace tradewind::api {

std::vector<Operation> model_operations(const Services& services);
std::vector<Operation> recommendation_operations(const Services& services);
std::vector<Operation> segment_operations(const Services& services);

}  // namespace tradewind::api
