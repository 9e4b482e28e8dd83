// What doctor tells of damage that was found earlier: where the damaged bytes are, and which rows
// went with them. Reads files only, beside whoever has the workspace open.
#pragma once

#include <string>

#include "app/doctor.h"
#include "os/filesystem.h"

namespace tradewind::app {

// Warning: there is something in the quarantine folder.
Finding examine_quarantine(os::Filesystem& files, const std::string& folder);
// Positions of streams whose records are gone, until their notes there are removed.
Finding examine_lost_records(os::Filesystem& files, const std::string& folder);
// Warning: files of the lake were taken out and their rows not delivered again since.
Finding examine_lost_rows(os::Filesystem& files, const std::string& lake_root);

}  // namespace tradewind::app
