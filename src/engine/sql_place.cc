// Where in a statement the fault lies: the gate and the engine library tell it by words only.
#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "engine/engine.h"

namespace tradewind::engine {

namespace {

// The number behind a word: "It stands at line 2, column 6.", "LINE 2: …"; 0: there is none.
int number_after(std::string_view text, std::string_view word) {
    const std::size_t at = text.find(word);
    if (at == std::string_view::npos) return 0;
    text.remove_prefix(at + word.size());
    const std::size_t digits = text.find_first_not_of("0123456789");
    return static_cast<int>(parse_integer(text.substr(0, digits)).value_or(0));
}

// What says more than the place does.
std::string other_detail(const std::string& detail) {
    std::string_view kept = detail;
    kept = trim(kept.substr(0, std::min(kept.find("LINE "), kept.find("It stands at "))));
    return std::string(kept);
}

}  // namespace

Error placed_in(Error error, const std::string& file) {
    if (error.where()) return error;
    const std::string& detail = error.detail();
    const int line = std::max(number_after(detail, "at line "), number_after(detail, "LINE "));
    const int column = number_after(detail, ", column ");
    return Error(error.code(), error.message())
        .with_detail(other_detail(detail))
        .with_hint(error.hint())
        .at({file, line, column});
}

}  // namespace tradewind::engine
