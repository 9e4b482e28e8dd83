// Imports as JSON, wherever they are answered.
#pragma once

#include <vector>

#include "api/api.h"
#include "api/schema.h"
#include "base/json.h"
#include "importer/importer.h"

namespace tradewind::api {

void write_import(json::Writer& writer, const importer::Import& import);
// The member "imports" of an object.
void write_imports(json::Writer& writer, const std::vector<importer::Import>& imports);
json::Value import_schema();

// {"imports": […]}
Response imports_response(const std::vector<importer::Import>& imports, int status);
json::Value imports_schema();

}  // namespace tradewind::api
