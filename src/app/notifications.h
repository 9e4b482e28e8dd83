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

// What a mail can bring of a package's exports, as it is now: the file of the asset of that name,
// else the newest file of that name up to its first dot. NotFound.
Result<std::string> find_export(
    os::Filesystem& files,
    const std::string& exports_folder,
    const catalog::TableName& name,
    const pipeline::AssetGraph* graph
);

// What schedules and backfills tell.
notify::Notice notice_of(const schedule::Notice& told);

Result<std::unique_ptr<notify::Notifier>> open_notifications(const OutwardParts& parts);

}  // namespace tradewind::app
