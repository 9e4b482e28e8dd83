// SQL types by their portable names, for files that say themselves what their columns are.
#pragma once

#include <string>

namespace tradewind::crawl {

// The narrowest type that holds the values of both; STRING when there is no other.
std::string widened(const std::string& a, const std::string& b);
// Places behind the point of a type of exact numbers.
int scale_of(const std::string& type);

}  // namespace tradewind::crawl
