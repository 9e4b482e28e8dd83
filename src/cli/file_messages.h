// What is to be said of single files, in few words.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tradewind::cli {

// A line "name: message" each. What follows the first sentence ("Detail. Hint.") and is the same
// for several of them stands once, at the end.
std::string tell_of_files(const std::vector<std::pair<std::string, std::string>>& messages);

}  // namespace tradewind::cli
