// What the operations of dashboards take and answer, for OpenAPI.
#pragma once

#include "api/schema.h"

namespace tradewind::api {

json::Value dashboard_list_schema();
json::Value dashboard_schema();
json::Value filter_state_schema();
json::Value tile_order_schema();
json::Value tile_answer_schema();

}  // namespace tradewind::api
