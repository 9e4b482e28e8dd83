#include "engine/duckdb_words.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

namespace tradewind::engine {

namespace {

constexpr std::size_t shown_ways_max = 4;

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

// As types are written here.
std::string with_our_types(std::string text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> names{
        {{"INTEGER_LITERAL", "INTEGER"}, {"STRING_LITERAL", "STRING"}, {"VARCHAR", "STRING"}}
    };
    for (const auto& [theirs, ours] : names) replace_all(text, theirs, ours);
    return text;
}

// "+(INTEGER, INTEGER) -> INTEGER", one a line.
std::vector<std::string> ways_in(std::string_view detail) {
    std::vector<std::string> ways;
    for (const std::string& line : split(detail, '\n')) {
        const std::string_view way = trim(line);
        if (way.find(" -> ") != std::string_view::npos)
            ways.push_back(with_our_types(std::string(way)));
    }
    return ways;
}

LibraryWords without_ways(LibraryWords said, std::size_t types_at) {
    const std::size_t begin = said.message.find('\'', types_at);
    const std::size_t end = said.message.find('\'', begin + 1);
    if (end == std::string::npos) return said;
    const std::string call = said.message.substr(begin + 1, end - begin - 1);
    const std::vector<std::string> ways = ways_in(said.detail);
    LibraryWords told;
    told.message = "no function takes these types: " + with_our_types(call);
    const std::size_t line = said.detail.find("LINE ");
    if (line != std::string::npos) told.detail = said.detail.substr(line);
    told.hint = "Cast a value to a type that it takes, such as CAST(x AS INTEGER).";
    if (ways.size() > shown_ways_max) return told;
    for (std::size_t i = 0; i < ways.size(); ++i)
        told.hint += (i == 0 ? " There is " : "; ") + ways[i];
    if (!ways.empty()) told.hint += ".";
    return told;
}

}  // namespace

LibraryWords in_our_words(LibraryWords said) {
    constexpr std::string_view held_values = "values list \"";
    constexpr std::string_view lacks = "does not have a column named";
    const std::size_t types_at = said.message.find("given name and argument types '");
    if (types_at != std::string::npos) return without_ways(std::move(said), types_at);
    const std::size_t lacking = said.message.find(lacks);
    if (said.message.starts_with(held_values) && lacking != std::string::npos) {
        said.message.replace(lacking, lacks.size(), "has no column");
        said.message.erase(0, held_values.size() - 1);
    }
    return said;
}

}  // namespace tradewind::engine
