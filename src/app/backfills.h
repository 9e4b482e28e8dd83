// Backfills over the platform's runs.
#pragma once

#include <memory>

#include "api/api.h"
#include "app/sources.h"
#include "base/result.h"
#include "os/database.h"
#include "schedule/schedule.h"

namespace tradewind::app {

struct BackfillsParts {
    const Declarations& declared;
    const api::Services& services;  // what they hold is taken; backfills are not there yet
    os::Database& database;
    bool watch = true;  // see schedule::BackfillOptions
};
// Opened and started.
Result<std::unique_ptr<schedule::Backfills>> open_backfills(const BackfillsParts& parts);

}  // namespace tradewind::app
