// Files among the parameters of a package's runs.
#pragma once

#include <string>

#include "api/api.h"
#include "api/call.h"
#include "base/result.h"

namespace tradewind::api {

// Is the parameter one by which the package's runs are given a source's file?
bool is_file_parameter(
    const Services& services, const std::string& package, const std::string& parameter
);
// The file's path. Files are named as for imports: below landing, or by the owner anywhere; the
// errors are those of named_file().
Result<std::string> find_run_file(
    const Services& services, const Call& call, const std::string& name
);

}  // namespace tradewind::api
