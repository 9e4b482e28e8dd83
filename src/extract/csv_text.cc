#include "extract/csv_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace tradewind::extract {

namespace {

// What a reader might take for something else: a separator, a quote, the end of a line, blanks at
// the ends, nothing at all, and the mark that ended files of PostgreSQL once.
bool needs_quotes(std::string_view text) {
    return text.empty() || text == "\\." || text.front() == ' ' || text.back() == ' ' ||
           text.find_first_of(",\"\r\n") != std::string_view::npos;
}

}  // namespace

void append_csv_text(std::string& line, std::string_view text) {
    if (!needs_quotes(text)) {
        line += text;
        return;
    }
    line += '"';
    for (const char c : text) {
        if (c == '"') line += '"';
        line += c;
    }
    line += '"';
}

void append_csv_number(std::string& line, std::int64_t number) {
    line += std::to_string(number);
}

void append_csv_number(std::string& line, double number) {
    if (std::isnan(number)) {
        line += "NaN";
    } else if (std::isinf(number)) {
        line += number < 0 ? "-Infinity" : "Infinity";
    } else {
        std::array<char, 32> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
        line.append(digits.data(), end.ptr);
    }
}

void append_csv_bytes(std::string& line, std::string_view bytes) {
    line += "\\x" + hex_encode(bytes);
}

}  // namespace tradewind::extract
