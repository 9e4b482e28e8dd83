// Values as CSV (RFC 4180), the way PostgreSQL writes it: null is nothing, an empty text is "".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tradewind::extract {

void append_csv_text(std::string& line, std::string_view text);
void append_csv_number(std::string& line, std::int64_t number);
// The shortest digits that read back as the same number; not finite: as words, like PostgreSQL's.
void append_csv_number(std::string& line, double number);
// "\x" and hex digits.
void append_csv_bytes(std::string& line, std::string_view bytes);

}  // namespace tradewind::extract
