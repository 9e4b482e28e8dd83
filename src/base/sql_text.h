// Names and texts inside SQL that the program writes.
#pragma once

#include <string>
#include <string_view>

namespace tradewind {

std::string quote_name(std::string_view name);     // "a""b"
std::string quote_literal(std::string_view text);  // 'it''s'

}  // namespace tradewind
