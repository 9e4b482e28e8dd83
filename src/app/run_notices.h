// People are told of runs that no schedule began: by command or over HTTP, or that followed new
// rows.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "notify/notify.h"
#include "pipeline/pipeline.h"

namespace tradewind::app {

// The notice of a run by hand that is over; nothing: a schedule's or a refresh, or neither good nor
// bad.
std::optional<notify::Notice> notice_of(const pipeline::Run& run);

// How many of the newest notices are looked at for a fault that lasts.
constexpr std::int64_t notices_looked_at = 1000;

// Of refreshes only what changes: the first that fails, and the first that is well again. They come
// by the minute, and a fault that lasts is one fault.
class RefreshNotices {
public:
    // What was told before this start, newest first.
    explicit RefreshNotices(const std::vector<notify::NoticeRecord>& told);
    std::optional<notify::Notice> notice_of(const pipeline::Run& run);

private:
    Guarded<std::set<std::string>> failing_;  // packages
};

// Thread safe.
class RunNotices : public pipeline::RunListener {
public:
    RunNotices(notify::Notifier& notifier, const std::vector<notify::NoticeRecord>& told)
        : notifier_(notifier), refreshes_(told) {}
    void on_run(const pipeline::Run& run) override;
    void on_asset(
        [[maybe_unused]] const pipeline::Run& run, [[maybe_unused]] const pipeline::AssetRun& asset
    ) override {}

private:
    notify::Notifier& notifier_;
    RefreshNotices refreshes_;
};

}  // namespace tradewind::app
