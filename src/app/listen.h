// Which addresses the server may listen on.
#pragma once

#include <string>

#include "app/settings.h"
#include "base/result.h"

namespace tradewind::app {

// tradewind.yml of the workspace with the environment over it.
Result<Settings> load_settings(const std::string& workspace);
Result<void> override_listen(Settings& settings, const std::string& listen);

// Without tokens everybody who reaches the port can read and write everything: only this machine
// may.
Result<void> require_loopback(const std::string& address);

}  // namespace tradewind::app
