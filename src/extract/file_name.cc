#include "extract/file_name.h"

#include <algorithm>
#include <array>

namespace tradewind::extract {

namespace {

constexpr std::string_view table_mark = "{table}";
constexpr std::string_view date_mark = "{date}";
constexpr std::size_t name_bytes_max = 200;
constexpr std::array<std::string_view, 3> dump_endings{".csv", ".csv.gz", ".csv.zst"};

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

Result<void> check_dump_name(std::string_view pattern) {
    TRY(check_file_name(pattern));
    const bool is_csv = std::ranges::any_of(dump_endings, [&](std::string_view ending) {
        return pattern.ends_with(ending);
    });
    if (!is_csv) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "a dump writes CSV, and '" + std::string(pattern) + "' does not end so"
        )
            .with_hint("A name ends in .csv, .csv.gz or .csv.zst.");
    }
    if (pattern.find(date_mark) != std::string_view::npos) return {};
    return Error(ErrorCode::InvalidArgument, "no {date} in '" + std::string(pattern) + "'")
        .with_hint("Write it like {table}_{date}.csv.gz: each date has files of its own.");
}

std::string file_name(std::string_view pattern, std::string_view table, std::string_view date) {
    std::string name(pattern);
    replace_all(name, date_mark, date);
    replace_all(name, table_mark, table);
    return name;
}

}  // namespace tradewind::extract
