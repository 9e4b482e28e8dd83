// Schedules and sensors over the platform's rooms.
#pragma once

#include <memory>
#include <vector>

#include "app/doctor.h"
#include "app/steps.h"
#include "base/metrics.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "engine/engine.h"
#include "notify/notify.h"
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
    StepParts steps;
    engine::Engine* engine = nullptr;
    catalog::Catalog* catalog = nullptr;
    crawl::SystemTables* system_tables = nullptr;
    notify::Notifier* notifier = nullptr;  // null: nobody is told
    MetricsRegistry* metrics = nullptr;
    bool watch = true;  // see schedule::SchedulerOptions
};
// Opened and started.
Result<std::unique_ptr<schedule::Scheduler>> open_schedules(const SchedulesParts& parts);

}  // namespace tradewind::app
