#include "base/sql_text.h"

namespace tradewind {

namespace {

std::string quoted(std::string_view text, char mark) {
    std::string out(1, mark);
    for (const char c : text) {
        if (c == mark) out.push_back(mark);
        out.push_back(c);
    }
    return out + mark;
}

}  // namespace

std::string quote_name(std::string_view name) {
    return quoted(name, '"');
}

std::string quote_literal(std::string_view text) {
    return quoted(text, '\'');
}

}  // namespace tradewind
