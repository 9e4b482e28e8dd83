// Looks at a workspace and its machine without opening the platform.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace tradewind::app {

enum class Health { Ok, Warning, Failed };

struct Finding {
    std::string subject;  // "settings", "disk", …
    Health health = Health::Ok;
    std::string message;
    std::string hint;
};

Finding failed(std::string subject, const Error& error);

std::vector<Finding> examine(const std::string& workspace);

}  // namespace tradewind::app
