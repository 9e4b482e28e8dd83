// What the operations on streams share.
#pragma once

#include <string>

#include "api/operations.h"

namespace tradewind::api {

Parameter stream_parameter();
// NotFound with the nearest name.
Result<stream::Stream*> find_stream(const Services& services, const std::string& name);

Operation append_operation(const Services& services);
Operation read_records_operation(const Services& services);

}  // namespace tradewind::api
