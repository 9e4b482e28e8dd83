// A database whose disk has no room for its log, for those who only read.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "os/database.h"

namespace tradewind::os {

// What stands in the file now, in memory: nothing is written to it, and changes go with the copy.
Result<std::unique_ptr<Database>> copy_database(const std::string& path);

}  // namespace tradewind::os
