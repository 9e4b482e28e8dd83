// Who else uses the workspace through a process that has it for one command only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "api/api.h"
#include "os/clock.h"
#include "pipeline/pipeline.h"

namespace tradewind::app {

// Makes what a refresh is due for, before a command ends (a server leaves it to its next start);
// what cannot be made is logged.
void settle_tables(pipeline::Pipeline& pipeline);

// One thread. Server and pipeline outlive it.
class Others {
public:
    // `first`: what is done before, while others are served already.
    Others(api::Server& server, pipeline::Pipeline& pipeline, std::function<void()> first)
        : server_(server), pipeline_(pipeline), first_(std::move(first)) {}
    // The command has what it came for. Until nobody is connected and no run of theirs is under
    // way others may still come; then, or after minutes of that, the control socket goes, and those
    // who came are waited for. True: none is left. False: the time is up.
    bool finish(std::int64_t timeout_us);

private:
    bool gone(std::int64_t timeout_us);

    api::Server& server_;
    pipeline::Pipeline& pipeline_;
    const std::function<void()> first_;
    const std::unique_ptr<os::Clock> clock_ = os::make_system_clock();
    std::optional<std::int64_t> since_us_;
    bool guests_ = false;
};

}  // namespace tradewind::app
