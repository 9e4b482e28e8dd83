#include "package/query.h"

#include "base/text.h"

namespace tradewind::package {

namespace {

// A comment's lines, each without the star that may lead it, as one text.
std::string join_lines(std::string_view comment) {
    std::string joined;
    for (const std::string& raw : split(comment, '\n')) {
        std::string_view line = trim(raw);
        if (line.starts_with('*')) line = trim(line.substr(1));
        if (line.empty()) continue;
        if (!joined.empty()) joined += ' ';
        joined += line;
    }
    return joined;
}

// Is there anything but blanks and comments?
bool has_statement(std::string_view sql) {
    while (true) {
        sql = trim(sql);
        const bool line = sql.starts_with("--");
        if (!line && !sql.starts_with("/*")) break;
        const std::size_t end = line ? sql.find('\n') : sql.find("*/");
        if (end == std::string_view::npos) return false;
        sql.remove_prefix(end + (line ? 1 : 2));
    }
    return !sql.empty() && sql != ";";
}

}  // namespace

Result<SavedQuery> parse_query(std::string name, std::string text, const std::string& file) {
    const auto refuse = [&](const char* message) {
        return Error(ErrorCode::InvalidArgument, message).at({file, 1, 1});
    };
    if (!valid_utf8(text)) return refuse("not valid UTF-8");
    SavedQuery query{std::move(name), "", std::move(text)};
    const std::string_view sql = trim(query.sql);
    if (sql.starts_with("/*")) {
        const std::size_t end = sql.find("*/", 2);
        if (end == std::string_view::npos) return refuse("the comment does not end");
        query.description = join_lines(sql.substr(2, end - 2));
    }
    if (!has_statement(sql)) return refuse("there is no SQL in this file");
    return query;
}

}  // namespace tradewind::package
