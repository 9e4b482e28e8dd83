// SQLite's result codes as an Error.
#pragma once

#include <string>

#include "base/result.h"

struct sqlite3;

namespace tradewind::os {

// `connection` may be null; `code` may be an extended one.
Error sqlite_error(sqlite3* connection, int code, const std::string& doing);

}  // namespace tradewind::os
