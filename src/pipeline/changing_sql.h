// SQL whose answer may be another one though no row changed.
#pragma once

#include <string_view>

namespace tradewind::pipeline {

// It asks the clock or chance, as far as its words tell. They are looked for everywhere, in quotes
// and comments too: who is wrong about one makes something once more than need be, and no way to
// quote hides one.
bool asks_clock_or_chance(std::string_view sql);

}  // namespace tradewind::pipeline
