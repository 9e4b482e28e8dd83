#include "cli/night_platform.h"

#include <utility>

#include "cli/stopwatch.h"

namespace tradewind::cli {

namespace {

constexpr std::int64_t slice_us = 100'000;
constexpr std::int64_t patience_us = 300'000'000;  // real time that a night's work may take
// One finds what is due, one gets what was found out about files, one tells of what is over.
constexpr int ticks_of_a_step = 3;

}  // namespace

Result<std::unique_ptr<NightPlatform>> NightPlatform::open(
    const Context& context, const std::string& workspace, Timestamp start
) {
    auto clock = std::make_shared<os::ManualClock>(start);
    OpenRequest request;
    request.workspace = workspace;
    request.clock = clock;
    auto platform = TRY(context.backend.open(request));
    std::unique_ptr<NightPlatform> night(new NightPlatform(std::move(clock), context.cancelled));
    night->platform_ = platform.get();
    night->connection_ = connect_to(std::move(platform), context.cancelled);
    return night;
}

Result<void> NightPlatform::let_work() {
    const Stopwatch watch;
    for (int i = 0; i < ticks_of_a_step; ++i) {
        platform_->tick();
        while (!platform_->settle(slice_us)) {
            if (cancelled_.load()) return Error(ErrorCode::Cancelled, "the night was cut short");
            if (watch.elapsed_us() > patience_us) {
                return Error(
                    ErrorCode::DeadlineExceeded, "the night's work is not done after five minutes"
                );
            }
            clock_->advance_us(slice_us);
        }
    }
    if (cancelled_.load()) return Error(ErrorCode::Cancelled, "the night was cut short");
    return {};
}

Result<json::Value> NightPlatform::get(const std::string& target) {
    return get_json(*connection_, target);
}

Result<json::Value> NightPlatform::post(const std::string& target, const json::Value& body) {
    return post_json(*connection_, target, body);
}

}  // namespace tradewind::cli
