// Events: what rooms tell by themselves goes straight into the ring, the rest is looked at.
#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "api/api.h"
#include "api/event_json.h"
#include "api/event_ring.h"
#include "api/event_watch.h"

namespace tradewind::api {

namespace {

using pipeline::AssetRun;
using pipeline::Run;
using pipeline::RunState;

// Of one run: assets that had nothing to do, or were not come to, are told at its end, up to so
// many. The run's counts tell of all.
constexpr std::size_t untold_assets_max = 200;
constexpr std::int64_t day_us = 86'400'000'000;

bool is_over(RunState state) {
    return state != RunState::Queued && state != RunState::Running;
}

std::string name_of(const Run& run, const AssetRun& asset) {
    return std::to_string(run.id) + "/" + asset.asset;
}

class OpenEvents : public Events {
public:
    OpenEvents(EventOptions options, os::Clock& clock, MetricsRegistry& metrics)
        : options_(options),
          clock_(clock),
          ring_(std::make_shared<EventRing>(options, std::to_string(clock.now().micros), metrics)) {
    }
    ~OpenEvents() override { OpenEvents::stop(); }

    void on_queued(const Run& run) override { on_run(run); }
    void on_run(const Run& run) override;
    void on_asset(const Run& run, const AssetRun& asset) override;
    void on_job(const schedule::Job& job) override;
    void on_backfill(const schedule::Backfill& backfill) override;
    void on_notice(const notify::NoticeRecord& notice) override {
        ring_->tell(EventType::Notice, notify::to_json(notice));
    }
    void watch(Services services) override;
    Result<std::unique_ptr<LiveBody>> follow(const FollowRequest& request) override {
        return ring_->follow(request);
    }
    void stop() override;

private:
    struct UnderWay {
        bool running = false;
        std::set<std::string> told;  // assets that are over
    };

    void note(const Run& run);
    void end(const Run& run);
    void tell_untold(const Run& run, const std::set<std::string>& told);
    void count_earlier_failures(const Services& services);
    RunFigures figures();

    const EventOptions options_;
    os::Clock& clock_;
    const std::shared_ptr<EventRing> ring_;
    std::unique_ptr<EventWatch> watch_;

    std::mutex mutex_;  // guards what follows
    std::map<std::int64_t, UnderWay> under_way_;
    std::map<std::int64_t, Timestamp> failed_;  // runs, with their ends
};

void OpenEvents::on_run(const Run& run) {
    if (is_over(run.state)) return end(run);
    {
        const std::lock_guard lock(mutex_);
        under_way_[run.id].running = run.state == RunState::Running;
        failed_.erase(run.id);
    }
    ring_->tell_state(EventType::Run, std::to_string(run.id), run_event(run));
}

void OpenEvents::tell_untold(const Run& run, const std::set<std::string>& told) {
    std::size_t count = 0;
    for (const AssetRun& asset : run.assets) {
        if (!is_over(asset.state) || told.contains(asset.asset)) continue;
        if (++count > untold_assets_max) return;
        ring_->tell(EventType::Asset, asset_event(run, asset, clock_.now()));
    }
}

void OpenEvents::end(const Run& run) {
    std::set<std::string> told;
    {
        const std::lock_guard lock(mutex_);
        told = std::move(under_way_[run.id].told);
        under_way_.erase(run.id);
        if (run.state == RunState::Failed) failed_[run.id] = run.finished_at;
    }
    tell_untold(run, told);
    for (const AssetRun& asset : run.assets)
        ring_->forget_state(EventType::Asset, name_of(run, asset));
    ring_->tell(EventType::Run, run_event(run));
    ring_->forget_state(EventType::Run, std::to_string(run.id));
}

void OpenEvents::on_asset(const Run& run, const AssetRun& asset) {
    const auto data = asset_event(run, asset, clock_.now());
    if (!is_over(asset.state))
        return ring_->tell_state(EventType::Asset, name_of(run, asset), data);
    {
        const std::lock_guard lock(mutex_);
        under_way_[run.id].told.insert(asset.asset);
    }
    ring_->tell(EventType::Asset, data);
    ring_->forget_state(EventType::Asset, name_of(run, asset));
}

void OpenEvents::on_job(const schedule::Job& job) {
    const std::string name = std::to_string(job.id);
    ring_->tell_state(EventType::Job, name, schedule::to_json(job));
    if (schedule::is_over(job.state)) ring_->forget_state(EventType::Job, name);
}

void OpenEvents::on_backfill(const schedule::Backfill& backfill) {
    const std::string name = std::to_string(backfill.id);
    ring_->tell_state(EventType::Backfill, name, schedule::to_json(backfill));
    if (schedule::is_over(backfill.state)) ring_->forget_state(EventType::Backfill, name);
}

RunFigures OpenEvents::figures() {
    const std::int64_t today_us = clock_.now().micros / day_us * day_us;
    const std::lock_guard lock(mutex_);
    RunFigures figures;
    for (const auto& [id, run] : under_way_) {
        if (run.running) figures.running.push_back(id);
    }
    figures.queued = static_cast<std::int64_t>(under_way_.size() - figures.running.size());
    std::erase_if(failed_, [&](const auto& run) { return run.second.micros < today_us; });
    figures.failed_today = static_cast<std::int64_t>(failed_.size());
    return figures;
}

// Those of today that failed before the program was started.
void OpenEvents::count_earlier_failures(const Services& services) {
    constexpr std::int64_t looked_at = 1000;
    if (services.pipeline == nullptr) return;
    const auto runs = services.pipeline->list(looked_at);
    if (!runs.ok()) return;
    const std::lock_guard lock(mutex_);
    for (const Run& run : *runs) {
        if (run.state == RunState::Failed) failed_.emplace(run.id, run.finished_at);
    }
}

void OpenEvents::watch(Services services) {
    count_earlier_failures(services);
    watch_ = std::make_unique<EventWatch>(options_, std::move(services), ring_, [this] {
        return figures();
    });
}

void OpenEvents::stop() {
    ring_->close();
    watch_.reset();
}

}  // namespace

const char* to_string(EventType type) {
    switch (type) {
        case EventType::Run:
            return "run";
        case EventType::Asset:
            return "asset";
        case EventType::Lag:
            return "lag";
        case EventType::Kpi:
            return "kpi";
        case EventType::Job:
            return "job";
        case EventType::Backfill:
            return "backfill";
        case EventType::Notice:
            return "notice";
    }
    return "run";
}

std::unique_ptr<Events> make_events(
    EventOptions options, os::Clock& clock, MetricsRegistry& metrics
) {
    return std::make_unique<OpenEvents>(options, clock, metrics);
}

}  // namespace tradewind::api
