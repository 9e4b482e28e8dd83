#include "pipeline/changing_sql.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace tradewind::pipeline {

namespace {

using namespace std::string_view_literals;

// Asked by their bare name; columns are rarely called so.
constexpr std::array bare_words{
    "current_date"sv,
    "current_localtime"sv,
    "current_localtimestamp"sv,
    "current_time"sv,
    "current_timestamp"sv,
    "localtime"sv,
    "localtimestamp"sv,
    "reservoir_quantile"sv,
    "sample"sv,
    "tablesample"sv,
};

// What the engine calls volatile or the same within one query only, with its macros upon these, as
// far as users may call it (engine/sql_functions.cc).
constexpr std::array functions{
    "age"sv,  // of one argument: until today
    "ago"sv,
    "gen_random_uuid"sv,
    "get_current_time"sv,
    "get_current_timestamp"sv,
    "now"sv,
    "random"sv,
    "setseed"sv,
    "today"sv,
    "transaction_timestamp"sv,
    "uuid"sv,
    "uuidv4"sv,
    "uuidv7"sv,
};

bool is_of_word(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || byte >= 0x80;
}

// A parenthesis comes, or a comment that may stand before one.
bool is_called(std::string_view after) {
    const std::size_t next = after.find_first_not_of(" \t\r\n\v\f\"");
    if (next == std::string_view::npos) return false;
    const std::string_view rest = after.substr(next);
    return rest.starts_with('(') || rest.starts_with("--") || rest.starts_with("/*");
}

}  // namespace

bool asks_clock_or_chance(std::string_view sql) {
    const std::string lower = to_lower_ascii(sql);
    std::string_view left = lower;
    while (!left.empty()) {
        const auto begin = std::ranges::find_if(left, is_of_word);
        left.remove_prefix(static_cast<std::size_t>(begin - left.begin()));
        const auto end = std::ranges::find_if_not(left, is_of_word);
        const std::string_view word = left.substr(0, static_cast<std::size_t>(end - left.begin()));
        left.remove_prefix(word.size());
        if (std::ranges::find(bare_words, word) != bare_words.end()) return true;
        if (std::ranges::find(functions, word) != functions.end() && is_called(left)) return true;
    }
    return false;
}

}  // namespace tradewind::pipeline
