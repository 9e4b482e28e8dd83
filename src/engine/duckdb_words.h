// What the engine library says, in the words of who wrote the statement.
#pragma once

#include <string>

namespace tradewind::engine {

struct LibraryWords {
    std::string message;
    std::string detail;
    std::string hint;
};

// A function that does not take such values: the library lists each way to call it, which are 45
// for a plus. An alias that has no such column: the library tells of how it holds the table.
LibraryWords in_our_words(LibraryWords said);

}  // namespace tradewind::engine
