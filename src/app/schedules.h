// Schedules and sensors over the platform's rooms.
#pragma once

#include <memory>
#include <vector>

#include "api/api.h"
#include "app/app.h"
#include "app/doctor.h"
#include "app/steps.h"
#include "base/result.h"
#include "engine/engine.h"
#include "schedule/schedule.h"

namespace tradewind::app {

// What the packages declare, checked, circles through others too.
Result<std::vector<schedule::Trigger>> read_schedules(
    const Declarations& declared, const schedule::StepKinds& kinds
);
// The same for `tradewind validate`: every package's first fault, and conditions that cannot be
// planned in an engine that has the tables.
std::vector<Finding> examine_schedules(
    const Declarations& declared, const pipeline::AssetGraph& graph, engine::Engine& engine
);

struct SchedulesParts {
    const Declarations& declared;
    const api::Services&
        services;  // what they hold is taken; scheduler and ingest are not there yet
    os::Database& database;
    os::Filesystem& files;
    os::WebClient& web;
    const OpenOptions& options;
};
// Opened and started.
Result<std::unique_ptr<schedule::Scheduler>> open_schedules(const SchedulesParts& parts);

}  // namespace tradewind::app
