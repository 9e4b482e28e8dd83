// Numbers in a statement that no number can be.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tradewind::engine {

struct NumberPlace {
    std::size_t offset = 0;
    std::string_view text;
};

// The first number that is more than a DOUBLE holds, as 1e400: the engine takes it for infinity.
// Names, texts and comments are none.
std::optional<NumberPlace> number_beyond_double(std::string_view sql);

}  // namespace tradewind::engine
