// Functions of texts, and the nearest double of a decimal.
#pragma once

#include <string>
#include <string_view>

#include "contract/expression_node.h"

namespace tradewind::contract {

// `node` is Concat, Like or one of the functions of texts; its arguments' values are not null.
Value compute_text(const Node& node, const Value* values, Evaluation& evaluation);

// Correctly rounded.
double exact_to_real(Int128 unscaled, int scale);

// SQL's LIKE: % is any characters, _ is one; nothing escapes them.
bool matches_like(std::string_view text, std::string_view pattern);

// Simple case mapping, letter by letter, of Latin (with its accents), Greek and Cyrillic; other
// characters stay. Valid UTF-8 in, valid UTF-8 out.
void append_lower(std::string& out, std::string_view text);
void append_upper(std::string& out, std::string_view text);

}  // namespace tradewind::contract
