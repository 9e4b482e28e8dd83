// Text as it is compared in a search: small letters without diacritics, words apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tradewind::lookup {

// "Crème-Brûlée 'A'" → "creme brulee a": case and marks go (Latin, Greek, Cyrillic), apostrophes
// too; what is neither letter nor digit becomes a space. Other scripts stay as they are.
std::string fold(std::string_view text);
// Between spaces; they live as long as the text.
std::vector<std::string_view> words_of(std::string_view folded);

}  // namespace tradewind::lookup
