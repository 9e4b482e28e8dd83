#include "engine/sql_number.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

namespace tradewind::engine {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word(char c) {
    return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (static_cast<unsigned char>(c) & 0x80) != 0;
}

std::size_t after(std::string_view sql, std::size_t at, std::string_view end) {
    const std::size_t found = sql.find(end, at);
    return found == std::string_view::npos ? sql.size() : found + end.size();
}

// What begins at `at` and is no number; `at` where one may begin.
std::size_t skip(std::string_view sql, std::size_t at) {
    const std::string_view rest = sql.substr(at);
    if (rest.starts_with('\'')) return after(sql, at + 1, "'");
    if (rest.starts_with('"')) return after(sql, at + 1, "\"");
    if (rest.starts_with("--")) return after(sql, at, "\n");
    if (rest.starts_with("/*")) return after(sql, at + 2, "*/");
    if (is_digit(rest.front())) return at;
    std::size_t end = at + 1;
    if (is_word(rest.front())) {
        while (end < sql.size() && is_word(sql[end])) ++end;
    }
    return end;
}

std::size_t number_end(std::string_view sql, std::size_t at) {
    const auto digits = [&] {
        while (at < sql.size() && (is_digit(sql[at]) || sql[at] == '_')) ++at;
    };
    digits();
    if (at < sql.size() && sql[at] == '.') {
        ++at;
        digits();
    }
    if (at == sql.size() || (sql[at] != 'e' && sql[at] != 'E')) return at;
    const std::size_t sign = at + 1;
    const bool has_sign = sign < sql.size() && (sql[sign] == '+' || sql[sign] == '-');
    const std::size_t power = sign + (has_sign ? 1 : 0);
    if (power == sql.size() || !is_digit(sql[power])) return at;
    at = power;
    digits();
    return at;
}

}  // namespace

std::optional<NumberPlace> number_beyond_double(std::string_view sql) {
    std::size_t at = 0;
    while (at < sql.size()) {
        const std::size_t next = skip(sql, at);
        if (next > at) {
            at = next;
            continue;
        }
        const std::size_t end = number_end(sql, at);
        std::string plain(sql.substr(at, end - at));
        std::erase(plain, '_');
        if (std::isinf(std::strtod(plain.c_str(), nullptr)))
            return NumberPlace{at, sql.substr(at, end - at)};
        at = end;
    }
    return std::nullopt;
}

}  // namespace tradewind::engine
