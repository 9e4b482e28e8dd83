// People are told of runs that somebody began by command or over HTTP, as they are of jobs.
#pragma once

#include <optional>

#include "notify/notify.h"
#include "pipeline/pipeline.h"

namespace tradewind::app {

// The notice of a run that is over; nothing: a schedule's or a refresh, or neither good nor bad.
std::optional<notify::Notice> notice_of(const pipeline::Run& run);

class HandRuns : public pipeline::RunListener {
public:
    explicit HandRuns(notify::Notifier& notifier) : notifier_(notifier) {}
    void on_run(const pipeline::Run& run) override;
    void on_asset(
        [[maybe_unused]] const pipeline::Run& run, [[maybe_unused]] const pipeline::AssetRun& asset
    ) override {}

private:
    notify::Notifier& notifier_;
};

}  // namespace tradewind::app
