// OpenAPI 3.1, written from the operation table, so that it cannot say anything else.
#pragma once

#include <string>
#include <vector>

#include "api/operations.h"

namespace tradewind::api {

std::string openapi_document(const std::vector<Operation>& operations, const std::string& version);

}  // namespace tradewind::api
