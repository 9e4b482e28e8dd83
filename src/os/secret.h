// Secrets stand in files or in the environment, never in settings or packages; they are read when
// they are needed, so that one that was mended or changed counts at once.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "os/filesystem.h"

namespace tradewind::os {

using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_variables();

// One of both; both empty: there is no secret.
struct SecretPlace {
    std::string variable;
    std::string file;  // its content without blanks at the ends
    bool none() const { return variable.empty() && file.empty(); }
};

// Unavailable: it is not there, or empty. The messages name the place only.
Result<std::string> read_secret(
    const SecretPlace& place, Filesystem& files, const Environment& environment
);

}  // namespace tradewind::os
