// Results as JSON, and as history keeps them.
#pragma once

#include <string>

#include "quality/quality.h"

namespace tradewind::quality {

// A word that is not known stands for the safe one: a check of the kind `sql`, a state of error.
Kind kind_of(std::string_view name);
State state_of(std::string_view name);

// Columns, description, message, samples: what is only shown.
std::string detail_of(const CheckResult& result);
Result<void> read_detail(const std::string& detail, CheckResult& result);

// "2010-12-01T08:26:00Z"
std::string time_text(Timestamp at);

}  // namespace tradewind::quality
