// The words that the YAML knows, and what is said when another is used.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dashboard/dashboard.h"

namespace tradewind::dashboard {

std::optional<FilterKind> filter_kind_of(std::string_view name);
std::optional<TileKind> tile_kind_of(std::string_view name);
const std::vector<std::string_view>& filter_kind_names();
const std::vector<std::string_view>& format_names();
const std::vector<std::string_view>& compare_names();
const std::vector<std::string_view>& drill_targets();

bool contains(const std::vector<std::string_view>& names, std::string_view name);
// "there is no <what> 'nmae'. Did you mean name?", else all that there are.
Error unknown(
    ErrorCode code,
    const std::string& what,
    std::string_view name,
    const std::vector<std::string_view>& known
);

}  // namespace tradewind::dashboard
