// What a join makes of its sides, from its parse tree alone.
#pragma once

#include "base/json.h"

namespace tradewind::engine {

// Does each row of the one side go its own way, the other side being what it is? Then rows of it
// may be left out before the join as well as after.
bool rows_go_alone(const json::Value& join, bool left);

}  // namespace tradewind::engine
