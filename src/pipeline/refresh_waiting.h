// Why refreshes wait: looked at many times a second, told when it begins and when it is over.
#pragma once

#include <string>

#include "base/log.h"
#include "base/result.h"

namespace tradewind::pipeline {

// One thread.
class RefreshWaiting {
public:
    // True: something was told.
    bool note(const Result<void>& queued) {
        const std::string reason = queued.ok() ? "" : queued.error().message();
        if (reason == reason_) return false;
        reason_ = reason;
        if (queued.ok()) {
            log::info("refreshes go on", {});
        } else {
            log::warn("a refresh waits", {{"reason", queued.error().describe()}});
        }
        return true;
    }

private:
    std::string reason_;  // empty: nothing keeps them
};

}  // namespace tradewind::pipeline
