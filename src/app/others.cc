#include "app/others.h"

#include "base/log.h"

namespace tradewind::app {

namespace {

// Commands that follow each other without a gap must not make a server of the first of them.
constexpr std::int64_t guests_us_max = 300'000'000;
constexpr std::int64_t settle_timeout_us = 600'000'000;

}  // namespace

void settle_tables(pipeline::Pipeline& pipeline) {
    const auto settled = pipeline.settle(settle_timeout_us);
    if (!settled.ok())
        log::warn("tables are not up to date", {{"reason", settled.error().describe()}});
}

bool Others::finish(std::int64_t timeout_us) {
    if (!since_us_) {
        first_();
        since_us_ = clock_->monotonic_us();
    }
    const bool over = clock_->monotonic_us() - *since_us_ >= guests_us_max;
    if (!over && !gone(timeout_us)) return false;
    server_.take_no_more();
    // Who came in the last moment is served, too.
    return gone(timeout_us);
}

bool Others::gone(std::int64_t timeout_us) {
    // Runs without a guest are the command's own, which knows when it ends.
    guests_ = guests_ || !server_.wait_until_alone(0);
    return server_.wait_until_alone(timeout_us) &&
           (!guests_ || pipeline_.wait_until_idle(timeout_us));
}

}  // namespace tradewind::app
