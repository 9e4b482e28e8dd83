// The platform of a simulated night: time goes by in steps, and what is asked of it is asked as a
// client asks.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/json.h"
#include "cli/command.h"
#include "os/clock.h"

namespace tradewind::cli {

class NightPlatform {
public:
    static Result<std::unique_ptr<NightPlatform>> open(
        const Context& context, const std::string& workspace, Timestamp start
    );
    // What can go on now goes on, until nothing does without time. While work is under way the
    // clock goes as fast as a real one. Cancelled: Ctrl-C; DeadlineExceeded: it takes too long.
    Result<void> let_work();
    void pass(std::int64_t micros) { clock_->advance_us(micros); }
    Timestamp now() const { return clock_->now(); }

    Result<json::Value> get(const std::string& target);
    Result<json::Value> post(const std::string& target, const json::Value& body);

private:
    NightPlatform(std::shared_ptr<os::ManualClock> clock, const std::atomic<bool>& cancelled)
        : clock_(std::move(clock)), cancelled_(cancelled) {}

    const std::shared_ptr<os::ManualClock> clock_;
    const std::atomic<bool>& cancelled_;
    LocalPlatform* platform_ = nullptr;  // the connection's
    std::unique_ptr<Connection> connection_;
};

}  // namespace tradewind::cli
