// Content negotiation: which of the types on offer does the client like best?
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace tradewind::api {

// Index into `offers`; the earlier wins among equals. An empty header accepts everything. Nothing:
// none of them is acceptable.
std::optional<std::size_t> choose_media(
    std::string_view accept, const std::vector<std::string_view>& offers
);

}  // namespace tradewind::api
