// Who is told of what, as packages and settings want it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/outward.h"
#include "base/result.h"
#include "notify/notify.h"
#include "os/filesystem.h"
#include "schedule/schedule.h"

namespace tradewind::app {

Result<std::vector<notify::Rule>> read_notifications(const Declarations& declared);

// What a mail can bring: the newest export of that name (its file's, up to the first dot) of a
// package, as it is now. NotFound.
Result<std::string> find_export(
    os::Filesystem& files, const std::string& exports_of_package, const std::string& name
);

// What schedules and backfills tell.
notify::Notice notice_of(const schedule::Notice& told);

Result<std::unique_ptr<notify::Notifier>> open_notifications(const OutwardParts& parts);

}  // namespace tradewind::app
