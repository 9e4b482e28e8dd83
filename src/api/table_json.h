// Tables of the catalog as JSON.
#pragma once

#include "base/json.h"
#include "catalog/catalog.h"

namespace tradewind::api {

// Name, kind, counts: a line of a list.
json::Value table_summary(const catalog::TableInfo& table);
json::Value table_summary_schema();
// All that is known of one.
json::Value table_json(const catalog::TableInfo& table, const catalog::Lineage& lineage);
json::Value table_schema();
json::Value version_json(const catalog::TableVersion& version);
json::Value version_schema();
json::Value lineage_json(const catalog::Lineage& lineage);
json::Value lineage_schema();

}  // namespace tradewind::api
