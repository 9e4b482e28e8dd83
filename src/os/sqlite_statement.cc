#include "os/sqlite_statement.h"

#include <array>
#include <charconv>

namespace tradewind::os {

namespace {

std::string bytes_of(sqlite3_stmt* statement, int column, const void* begin) {
    const int size = sqlite3_column_bytes(statement, column);
    return begin == nullptr
               ? ""
               : std::string(static_cast<const char*>(begin), static_cast<std::size_t>(size));
}

}  // namespace

int bind_value(sqlite3_stmt* statement, int index, const SqlValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return sqlite3_bind_int64(statement, index, *integer);
    if (const auto* real = std::get_if<double>(&value))
        return sqlite3_bind_double(statement, index, *real);
    if (const auto* text = std::get_if<std::string>(&value)) {
        return sqlite3_bind_text64(
            statement, index, text->data(), text->size(), nullptr, SQLITE_UTF8
        );
    }
    if (const auto* blob = std::get_if<Blob>(&value)) {
        // A null pointer would bind NULL instead of an empty blob.
        if (blob->bytes.empty()) return sqlite3_bind_zeroblob(statement, index, 0);
        return sqlite3_bind_blob64(
            statement, index, blob->bytes.data(), blob->bytes.size(), nullptr
        );
    }
    return sqlite3_bind_null(statement, index);
}

SqlValue read_value(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_INTEGER:
            return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
        case SQLITE_FLOAT:
            return sqlite3_column_double(statement, column);
        case SQLITE_TEXT:
            return bytes_of(statement, column, sqlite3_column_text(statement, column));
        case SQLITE_BLOB:
            return Blob{bytes_of(statement, column, sqlite3_column_blob(statement, column))};
        default:
            return std::monostate{};
    }
}

std::string text_of(const SqlValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* blob = std::get_if<Blob>(&value)) return blob->bytes;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
    if (const auto* real = std::get_if<double>(&value)) {
        std::array<char, 40> buffer;
        const auto [end, error] =
            std::to_chars(buffer.data(), buffer.data() + buffer.size(), *real);
        return error == std::errc{} ? std::string(buffer.data(), end) : "";
    }
    return "";
}

std::int64_t integer_of(const SqlValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    return 0;
}

}  // namespace tradewind::os
