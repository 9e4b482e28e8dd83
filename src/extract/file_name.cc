#include "extract/file_name.h"

#include <algorithm>

namespace tradewind::extract {

namespace {

constexpr std::string_view table_mark = "{table}";
constexpr std::string_view date_mark = "{date}";
constexpr std::size_t name_bytes_max = 200;

void replace_all(std::string& text, std::string_view mark, std::string_view with) {
    for (std::size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + with.size()))
        text.replace(at, mark.size(), with);
}

}  // namespace

Result<void> check_file_name(std::string_view pattern) {
    const std::string filled = file_name(pattern, "t", "d");
    const bool named = !filled.empty() && filled.size() <= name_bytes_max &&
                       filled.front() != '.' && std::ranges::all_of(filled, [](char c) {
                           return static_cast<unsigned char>(c) > ' ' && c != 127 && c != '/' &&
                                  c != '{' && c != '}';
                       });
    if (named) return {};
    return Error(ErrorCode::InvalidArgument, "not a file's name: '" + std::string(pattern) + "'")
        .with_hint("Write it like {table}_{date}.csv.gz, without a folder.");
}

std::string file_name(std::string_view pattern, std::string_view table, std::string_view date) {
    std::string name(pattern);
    replace_all(name, date_mark, date);
    replace_all(name, table_mark, table);
    return name;
}

}  // namespace tradewind::extract
