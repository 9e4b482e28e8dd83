// Stores that may be damaged: what is broken is kept aside and reported, and an empty one begun; it
// never stops the program from starting.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/settings.h"
#include "app/sources.h"
#include "app/workspace.h"
#include "base/metrics.h"
#include "base/result.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"
#include "serving/serving.h"
#include "stream/stream.h"

namespace tradewind::app {

using Streams = std::map<std::string, std::unique_ptr<stream::Stream>>;
std::vector<stream::Stream*> all_of(const Streams& streams);
// What cannot be stopped cleanly is logged.
void stop_streams(const Streams& streams);

class Stores {
public:
    // What is given outlives it. `only_reading`: their disk has no room for anything.
    Stores(const WorkspacePaths& paths, os::Filesystem& files, os::Clock& clock, bool only_reading)
        : paths_(paths), files_(files), clock_(clock), only_reading_(only_reading) {}

    Result<std::unique_ptr<os::Database>> open_database();
    Result<std::unique_ptr<lake::Lake>> open_lake(const Settings& settings);
    Result<std::unique_ptr<engine::Engine>> open_engine(
        const Settings& settings, MetricsRegistry& metrics
    );
    // Null for those who only read: look-ups are a server's.
    Result<std::unique_ptr<serving::Serving>> open_serving(
        const Settings& settings, const Declarations& declared, MetricsRegistry& metrics
    );

    // Those of the sources that have one, by name; of those who only read, the ones that can be
    // opened without writing.
    Result<Streams> open_streams(
        const Settings& settings, const Declarations& declared, MetricsRegistry& metrics
    );

private:
    Result<void> set_aside(const std::string& path, const Error& damage);

    const WorkspacePaths& paths_;
    os::Filesystem& files_;
    os::Clock& clock_;
    const bool only_reading_;
};

}  // namespace tradewind::app
