// The result of a query as a workbook.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/engine.h"

namespace tradewind::api {

constexpr const char* workbook_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

// Writes one sheet to a new file in that folder, which is the caller's to remove; its path.
// InvalidArgument: what no sheet can hold, by its column.
Result<std::string> write_workbook(
    engine::Engine& engine, const engine::QueryRequest& request, const std::string& folder
);

}  // namespace tradewind::api
