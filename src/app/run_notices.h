// People are told of runs that no schedule began: by command or over HTTP, or that followed new
// rows.
#pragma once

#include <functional>
#include <map>
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

// The assets that failed, package by package, until they are made.
class FailingAssets {
public:
    // As the notices say that were told before this start, newest first: `about` picks those that
    // count, and a recovery among them ends what is older.
    void recall(
        const std::vector<notify::NoticeRecord>& told,
        const std::function<bool(const notify::Notice& notice)>& about
    );
    // True: nothing of its package was failing.
    bool add(const pipeline::Run& run);
    // True: something was failing, and nothing is any more. `all`: whatever the run has made.
    bool mend(const pipeline::Run& run, bool all);

private:
    Guarded<std::map<std::string, std::set<std::string>>> failing_;
};

// Of refreshes only what changes: the first that fails, and the first that is well again. They come
// by the minute, and a fault that lasts is one fault. A run by hand that makes what failed mends it
// too.
class RefreshNotices {
public:
    // What was told before this start, newest first.
    explicit RefreshNotices(const std::vector<notify::NoticeRecord>& told);
    std::optional<notify::Notice> notice_of(const pipeline::Run& run);

private:
    FailingAssets failing_;
};

// What a run by hand could not make, and a later run makes, is well again: told once, beside what
// that run is told of otherwise.
class HandRecoveries {
public:
    explicit HandRecoveries(const std::vector<notify::NoticeRecord>& told);
    std::optional<notify::Notice> notice_of(const pipeline::Run& run);

private:
    FailingAssets failing_;
};

// Thread safe.
class RunNotices : public pipeline::RunListener {
public:
    RunNotices(notify::Notifier& notifier, const std::vector<notify::NoticeRecord>& told)
        : notifier_(notifier), refreshes_(told), recoveries_(told) {}
    void on_run(const pipeline::Run& run) override;
    void on_asset(
        [[maybe_unused]] const pipeline::Run& run, [[maybe_unused]] const pipeline::AssetRun& asset
    ) override {}

private:
    void tell(const pipeline::Run& run, const std::optional<notify::Notice>& notice);

    notify::Notifier& notifier_;
    RefreshNotices refreshes_;
    HandRecoveries recoveries_;
};

}  // namespace tradewind::app
