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

}  // namespace

std::vector<std::string> table_name_parts(std::string_view query) {
    std::vector<std::string> parts = split(trim(query), '.');
    if (parts.size() > 2 || !std::ranges::all_of(parts, is_identifier)) return {};
    return parts;
}

Result<std::unique_ptr<Session>> open_session(
    const Connection& connection, const SessionParts& parts
) {
    return connection.kind == DatabaseKind::Postgres ? open_postgres(connection, parts)
                                                     : open_sqlite(connection, parts);
}

}  // namespace tradewind::extract
