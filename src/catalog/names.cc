#include <array>

#include "base/text.h"
#include "catalog/catalog.h"

namespace tradewind::catalog {

Result<TableName> parse_table_name(std::string_view text) {
    const auto dot = text.find('.');
    const bool two = dot != std::string_view::npos && dot > 0 && dot + 1 < text.size() &&
                     text.find('.', dot + 1) == std::string_view::npos;
    if (!two) {
        return Error(ErrorCode::InvalidArgument, "'" + std::string(text) + "' is no table's name")
            .with_hint("Write it as schema.table, such as raw.online_retail.");
    }
    return TableName{std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

const char* to_string(Format format) {
    constexpr std::array names = {"parquet", "csv", "json", "ndjson", "xlsx"};
    return names.at(static_cast<std::size_t>(format));
}

const char* to_string(Kind kind) {
    constexpr std::array names = {"source", "asset", "view", "crawled", "system"};
    return names.at(static_cast<std::size_t>(kind));
}

}  // namespace tradewind::catalog
