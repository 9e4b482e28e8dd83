// The command line. Each command is an operation of the API: run in process when nobody owns the
// workspace, sent to the owner's control socket otherwise. stdout is data, stderr is progress; exit
// 0 ok, 1 failed, 2 usage.
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

namespace tradewind::cli {

// A platform in this process, for as long as it lives.
class LocalPlatform {
public:
    virtual ~LocalPlatform() = default;
    virtual api::Api& api() = 0;
    virtual std::string url() const = 0;  // listening only
    // With OpenRequest::clock; see app::Platform.
    virtual void tick() {}
    virtual bool settle([[maybe_unused]] std::int64_t timeout_us) { return true; }
    // Until those who use the workspace through this process have what they came for. False: the
    // time is up, and they have not.
    virtual bool finish_for_others([[maybe_unused]] std::int64_t timeout_us) { return true; }
    virtual void stop() = 0;
};

struct OpenRequest {
    std::string workspace;  // absolute
    bool listen = false;
    std::string listen_address;        // empty: the setting
    std::shared_ptr<os::Clock> clock;  // null: the machine's; else things happen at each tick()
};

// A package to be drafted from a folder of files. Paths are absolute.
struct DraftOrder {
    std::string workspace;
    std::string folder;
    std::string package;  // empty: named after the folder
    std::shared_ptr<const std::atomic<bool>> cancelled;
};

// What the composition root lends to the command line.
struct Backend {
    std::function<Result<std::unique_ptr<LocalPlatform>>(const OpenRequest&)> open;
    std::function<Result<void>(const std::string& folder, const std::vector<std::string>& packages)>
        init;
    std::function<Result<std::string>(const DraftOrder&)> draft;                // JSON
    std::function<Result<std::string>(const std::string& workspace)> doctor;    // JSON
    std::function<Result<std::string>(const std::string& workspace)> validate;  // JSON
    std::function<std::string(const std::string& workspace)> control_socket;
    std::function<bool(const std::string& workspace)> logs_json;  // by its settings; may be empty
    // How long a command waits for another process that has the workspace to answer or to end.
    std::int64_t patience_ms = 60'000;
    std::string version;
    std::string engine_version;
};

int run(int argc, char** argv, const Backend& backend);

}  // namespace tradewind::cli
