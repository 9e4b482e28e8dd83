// Files on their way to the importer: named to whoever has the workspace, or sent over where he
// cannot read them.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cli/command.h"

namespace tradewind::cli {

// The imports that go on (--resume), then those of the named files, then what of them none was
// begun for, with the reason: all in the shape of an import. NotFound: a named file is not there;
// then nothing was begun. When none could be begun, the first one's error is everybody's.
Result<std::vector<json::Value>> begin_imports(
    Connection& connection, const Context& context, const ImportOptions& options
);

}  // namespace tradewind::cli
