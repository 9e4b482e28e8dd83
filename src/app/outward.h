// What all that leads out of the platform is made with; what it names outlives what is made.
#pragma once

#include <functional>

#include "api/api.h"
#include "app/settings.h"
#include "app/sources.h"
#include "app/workspace.h"
#include "base/metrics.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"
#include "os/web_client.h"
#include "pipeline/pipeline.h"

namespace tradewind::app {

struct OutwardParts {
    const Settings& settings;
    const WorkspacePaths& paths;
    const Declarations& declared;
    os::Database& database;
    os::Filesystem& files;
    os::WebClient& web;
    os::Clock& clock;
    MetricsRegistry& metrics;
    api::Events* events = nullptr;
    // The assets, once they are read; null before.
    std::function<const pipeline::AssetGraph*()> graph = {};
};

}  // namespace tradewind::app
