// Whether a file's end can be its end, from its first and last bytes alone.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::os {

// False: empty, or a gzip, Parquet or XLSX file whose end is missing. True says less: only that
// nothing speaks against it.
Result<bool> ends_well(Filesystem& files, const std::string& path);

}  // namespace tradewind::os
