// How the rows of a table are read: the order of a key's rows, and the summary over them. Nothing
// of this changes what is stored.
#pragma once

#include "base/result.h"
#include "base/yaml.h"
#include "serving/table_spec.h"

namespace tradewind::serving {

// Both look at members that the spec has already.
Result<void> parse_order(const yaml::Node& document, TableSpec& spec);
Result<void> parse_summary(const yaml::Node& document, TableSpec& spec);

}  // namespace tradewind::serving
