// The pages of the UI over HTTP: whatever is no operation and is asked for by a browser.
#pragma once

#include <optional>
#include <string_view>

#include "api/api.h"
#include "site/site.h"

namespace tradewind::api {

// Nothing: neither a file of the UI nor an address of one of its pages. `path`: without query.
std::optional<Response> answer_with_ui(
    const site::Site& site, const Request& request, std::string_view path
);

}  // namespace tradewind::api
