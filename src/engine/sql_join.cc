#include "engine/sql_join.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace tradewind::engine {

bool rows_go_alone(const json::Value& join, bool left) {
    constexpr std::array<std::string_view, 4> from_left{"INNER", "LEFT", "SEMI", "ANTI"};
    constexpr std::array<std::string_view, 2> from_right{"INNER", "RIGHT"};
    const std::string kind = join.text_or("join_type", "");
    const std::string form = join.text_or("ref_type", "");
    if (form == "POSITIONAL") return false;
    // An ASOF join takes the nearest of the right rows: what is nearest hangs on all of them.
    return left ? std::ranges::find(from_left, kind) != from_left.end()
                : std::ranges::find(from_right, kind) != from_right.end() && form != "ASOF";
}

}  // namespace tradewind::engine
