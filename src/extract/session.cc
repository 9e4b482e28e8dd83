#include "extract/session.h"

#include <algorithm>

#include "base/text.h"

namespace tradewind::extract {

namespace {

bool is_identifier(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
    });
}

// What stands before the first word of a statement.
std::string_view without_comments(std::string_view text) {
    for (text = trim(text); !text.empty(); text = trim(text)) {
        std::size_t end = 0;
        if (text.starts_with("--")) {
            end = text.find('\n');
        } else if (text.starts_with("/*")) {
            const std::size_t close = text.find("*/");
            end = close == std::string_view::npos ? close : close + 2;
        } else if (text.starts_with('(')) {
            end = 1;
        } else {
            break;
        }
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end);
    }
    return text;
}

bool is_query(std::string_view text) {
    const std::string_view rest = without_comments(text);
    for (const std::string_view word : {"select", "with"}) {
        const bool ends = rest.size() > word.size() && rest[word.size()] != '.' &&
                          !is_identifier(rest.substr(word.size(), 1));
        if (ends && equal_ignore_case(rest.substr(0, word.size()), word)) return true;
    }
    return false;
}

std::string quoted(const TableName& name, const TableLookup& lookup) {
    std::string text;
    for (const std::string& part : name) text += (text.empty() ? "" : ".") + lookup.quote(part);
    return text;
}

}  // namespace

std::vector<TableName> table_names(std::string_view query) {
    const std::string_view text = trim(query);
    if (text.empty() || is_query(text)) return {};
    std::vector<TableName> names;
    const std::size_t dot = text.find('.');
    if (dot != std::string_view::npos && dot > 0 && dot + 1 < text.size())
        names.push_back({std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))});
    names.push_back({std::string(text)});
    return names;
}

// What is no table's name, and no query either, is left to the database to refuse in its words.
Result<std::string> select_for(const std::string& query, const TableLookup& lookup) {
    const auto names = table_names(query);
    for (const TableName& name : names) {
        const std::string table = quoted(name, lookup);
        if (TRY(lookup.exists(table))) return "SELECT * FROM " + table;
    }
    const bool is_plain = !names.empty() && std::ranges::all_of(names.front(), is_identifier);
    if (is_plain) return "SELECT * FROM " + quoted(names.front(), lookup);
    std::string select(trim(query));
    if (select.ends_with(';')) select.pop_back();
    return select;
}

Result<std::unique_ptr<Session>> open_session(
    const Connection& connection, const SessionParts& parts
) {
    return connection.kind == DatabaseKind::Postgres ? open_postgres(connection, parts)
                                                     : open_sqlite(connection, parts);
}

}  // namespace tradewind::extract
