// The composition root: settings, wiring, start and stop order. `main.cc` gives `open_platform` to
// cli.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/api.h"
#include "base/result.h"
#include "os/clock.h"
#include "os/filesystem.h"

namespace tradewind::app {

struct OpenOptions {
    std::string workspace;  // absolute
    // A server listens; a command in process does not.
    bool listen = false;
    std::string listen_override;  // "HOST:PORT" of --listen; empty: the setting
    // Whose time it is; null: the machine's. With one of its own a platform does by itself what a
    // server does by schedules and sensors, at each tick() and not between them.
    std::shared_ptr<os::Clock> clock;
};

// The running platform. Stops in order when destroyed.
class Platform {
public:
    virtual ~Platform() = default;
    virtual api::Api& api() = 0;
    virtual int port() const = 0;  // listening
    virtual std::string url() const = 0;
    // What is due by OpenOptions::clock is decided, begun, and told.
    virtual void tick() = 0;
    // What was begun is over, or cannot go on without another tick. False: the time (real) is up.
    virtual bool settle(std::int64_t timeout_us) = 0;
    // A command's platform serves others, too, that find the workspace taken: waits until none of
    // them is left and nothing is under way for them, and no more can come. False: the time is up.
    virtual bool finish_for_others(std::int64_t timeout_us) = 0;
    virtual void stop() = 0;
};

// Conflict: another process owns the workspace (then use its control socket). InvalidArgument:
// settings or packages are wrong, with the place. The settings are read from tradewind.yml and the
// environment.
Result<std::unique_ptr<Platform>> open_platform(const OpenOptions& options);
// Makes a new workspace. AlreadyExists when there is one.
Result<void> init_workspace(const std::string& folder, const std::vector<std::string>& packages);
struct DraftOrder {
    std::string workspace;                               // absolute; where there is none it is made
    std::string folder;                                  // absolute; the files
    std::string package;                                 // empty: named after the folder
    std::shared_ptr<const std::atomic<bool>> cancelled;  // null: never
};
// A package drafted from files, in the workspace. JSON: {workspace, package, sources, files,
// remarks}. Nothing is left behind where it fails. AlreadyExists: there is such a package.
Result<std::string> draft_workspace(const DraftOrder& order);
// Settings, disk, lock, packages, engine: what is right and what is not, without opening the
// platform.
Result<std::string> doctor_report(const std::string& workspace);
// Only what its files say: settings and packages. JSON as doctor_report.
Result<std::string> validate_report(const std::string& workspace);
std::string engine_version();
std::string control_socket(const std::string& workspace);
// Whether its settings ask for log records in JSON.
bool logs_json(const std::string& workspace);
std::string version();

}  // namespace tradewind::app
