// Templates of notices: text with {name} in it; {{ and }} stand for braces.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "notify/notify.h"

namespace tradewind::notify {

// InvalidArgument: a name that no notice has (with the nearest one), a brace without its other.
Result<void> check_template(std::string_view text);
// A checked template with what the names stand for; those that are not there become nothing.
std::string fill_template(std::string_view text, const std::map<std::string, std::string>& values);
// What template_names stand for in this notice.
std::map<std::string, std::string> template_values(const Notice& notice);

}  // namespace tradewind::notify
