// The few things that DuckDB and Spark say differently: one name, one text for each engine. All
// other SQL of recipes is the same on both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tradewind::recipe {

enum class Dialect { Plain, Spark };  // Plain: the platform's own engine

struct Macro {
    std::string_view name;
    std::string_view plain;  // $1, $2, …: the arguments
    std::string_view spark;
    std::string_view meaning;
};

const std::vector<Macro>& macros();
// The macro's text with the arguments put in. The name must be one of them (CHECKed).
std::string expand_macro(
    std::string_view name, const std::vector<std::string>& arguments, Dialect dialect
);

}  // namespace tradewind::recipe
