// How large a value a function can make of small ones. The engine's memory limit covers rows that
// it keeps, but not what one function returns for a vector of 2,048 rows: repeat('x', 1000000000)
// takes a gigabyte beside a limit of 256 MiB (measured on 1.5.5), and cannot be interrupted.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string_view>

namespace tradewind::engine {

struct Growth {
    std::size_t factor = 1;  // the value is so many times as long as an argument
    bool joins = false;      // or as long as its arguments together
    bool reduces = false;    // its lambda is applied to its own result
};

// Nothing: it cannot be told, since what decides it is no plain number in the statement.
std::optional<Growth> growth_of(std::string_view name, simdjson::dom::object call);

// Whether `+` may join lists: no table has any, so the statement must make them. False for plain
// arithmetic, of which there may be any amount.
bool may_make_lists(std::string_view sql);

// Whether what the function makes is a list of numbers: range(1, 5).
bool makes_numbers(std::string_view name);

// Without overflow.
std::size_t grown(std::size_t size, std::size_t factor);

}  // namespace tradewind::engine
