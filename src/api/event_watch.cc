#include "api/event_watch.h"

#include <utility>

#include "base/log.h"

namespace tradewind::api {

namespace {

constexpr std::int64_t second_us = 1'000'000;

std::int64_t sum_of(const std::vector<Counter*>& counters) {
    std::int64_t sum = 0;
    for (const Counter* counter : counters) sum += counter->value();
    return sum;
}

// What ingest counts.
Counter& records_counter(MetricsRegistry& metrics, const std::string& stream, const char* result) {
    return metrics.counter(
        "tradewind_ingest_records_total",
        "Records by what the door said of them.",
        {{"stream", stream}, {"result", result}}
    );
}

}  // namespace

EventWatch::EventWatch(
    EventOptions options,
    Services services,
    std::shared_ptr<EventRing> ring,
    std::function<RunFigures()> runs
)
    : options_(options),
      services_(std::move(services)),
      ring_(std::move(ring)),
      runs_(std::move(runs)) {
    for (const auto& [name, stream] : services_.streams) {
        accepted_.push_back(&records_counter(*services_.metrics, name, "accepted"));
        rejected_.push_back(&records_counter(*services_.metrics, name, "rejected"));
    }
    thread_ = std::thread([this] { work(); });
}

EventWatch::~EventWatch() {
    thread_.join();
}

void EventWatch::work() {
    while (ring_->wait_for_follower()) {
        look();
        if (!ring_->pause(options_.look_us)) return;
    }
}

void EventWatch::look() {
    const RunFigures runs = runs_();
    look_at_assets(runs.running);
    look_at_lags();
    look_at_figures(runs);
}

void EventWatch::look_at_assets(const std::vector<std::int64_t>& running) {
    if (services_.pipeline == nullptr) return;
    for (const std::int64_t id : running) {
        const auto run = services_.pipeline->show(id);
        if (!run.ok()) continue;  // its end will be told
        for (const pipeline::AssetRun& asset : run->assets) {
            if (asset.state != pipeline::RunState::Running) continue;
            ring_->tell_state(
                EventType::Asset,
                std::to_string(id) + "/" + asset.asset,
                asset_event(*run, asset, services_.clock->now())
            );
        }
    }
}

void EventWatch::look_at_lags() {
    for (const auto& [name, stream] : services_.streams) {
        const auto delivery = services_.deliveries.find(name);
        if (delivery == services_.deliveries.end()) continue;
        const std::int64_t next = stream->info().next.value;
        ring_->tell_state(EventType::Lag, name, lag_event(name, next, delivery->second->sinks()));
    }
}

// Counting reads an index of the database: not as often as the rest.
void EventWatch::count_letters(std::int64_t now_us) {
    const bool due = counted_us_ == 0 || now_us - counted_us_ >= options_.count_us;
    if (services_.dead_letters == nullptr || !due) return;
    counted_us_ = now_us;
    std::int64_t open = 0;
    for (const auto& [source, delivery] : services_.deliveries) {
        const auto count = services_.dead_letters->open_count(source);
        if (!count.ok()) return;
        open += *count;
    }
    figures_.dead_letters_open = open;
}

// Over the last second. What came while nobody followed is not of now.
void EventWatch::note_rate(std::int64_t now_us) {
    constexpr std::int64_t now_means_us = 10 * second_us;
    const std::int64_t since_us = now_us - rate_since_us_;
    const bool known = rate_since_us_ != 0 && since_us < now_means_us;
    if (known && since_us < second_us) return;
    const std::int64_t records = figures_.records_accepted - rate_records_;
    figures_.records_per_second = known ? records * second_us / since_us : 0;
    rate_since_us_ = now_us;
    rate_records_ = figures_.records_accepted;
}

void EventWatch::look_at_figures(const RunFigures& runs) {
    const std::int64_t now_us = services_.clock->monotonic_us();
    count_letters(now_us);
    figures_.records_accepted = sum_of(accepted_);
    figures_.records_rejected = sum_of(rejected_);
    note_rate(now_us);
    figures_.runs_queued = runs.queued;
    figures_.runs_running = static_cast<std::int64_t>(runs.running.size());
    figures_.runs_failed_today = runs.failed_today;
    ring_->tell_state(EventType::Kpi, "", figures_event(figures_));
}

}  // namespace tradewind::api
