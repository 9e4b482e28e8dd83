// A statement as words and signs: enough to find a place in it, not to understand it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind {

struct SqlWord {
    std::string_view text;  // a word, a quoted name or text with its quotes, or one sign
    std::size_t at = 0;     // where it begins
    int depth = 0;          // of the brackets around it
};

// Comments are no words. What is not closed goes to the end.
std::vector<SqlWord> sql_words(std::string_view sql);
// Does the word mean that name? Without regard to case and double quotes.
bool names(const SqlWord& word, std::string_view name);

}  // namespace tradewind
