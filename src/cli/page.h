// Pages for people, and text cut to fit a line.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "cli/connection.h"

namespace tradewind::cli {

// Asks for the target as HTML and writes it to the file, whole or not at all.
Result<void> save_page(Connection& connection, const std::string& target, const std::string& file);
// At most so many characters of it on one line, "…" for the rest.
std::string shortened(const std::string& text, std::size_t characters_max);

}  // namespace tradewind::cli
