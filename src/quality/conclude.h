// What the values that came back say of a check, in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "quality/compile.h"

namespace tradewind::quality {

using Values = std::vector<std::optional<std::string>>;

// Fills in state, failing, total and message.
void conclude(const Plan& plan, const Values& values, CheckResult& result);
// Why a row that fails does: what stands in quarantine as _reason.
std::string reason(const Check& check);

}  // namespace tradewind::quality
