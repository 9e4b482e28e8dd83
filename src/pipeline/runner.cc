#include "pipeline/runner.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace tradewind::pipeline {

namespace {

// How often progress and memory are looked at, and waiting threads see that a run was cancelled.
constexpr std::chrono::milliseconds look_every{100};
constexpr std::int64_t retry_delay_max_us = 300'000'000;

RunState outcome_of(const Run& run) {
    const auto any = [&](RunState state) {
        return std::ranges::any_of(run.assets, [&](const AssetRun& a) { return a.state == state; });
    };
    if (any(RunState::Failed)) return RunState::Failed;
    if (any(RunState::Cancelled)) return RunState::Cancelled;
    return RunState::Succeeded;
}

// May the same work succeed a little later?
bool may_pass(const Error& error) {
    switch (error.code()) {
        case ErrorCode::Unavailable:
        case ErrorCode::Io:
        case ErrorCode::ResourceExhausted:
            return true;
        default:
            return false;
    }
}

bool is_open(RunState state) {
    return state == RunState::Queued || state == RunState::Running;
}

std::vector<const Asset*> assets_of(const AssetGraph& graph, const Run& run) {
    std::vector<const Asset*> assets;
    for (const AssetRun& one : run.assets) {
        if (!is_open(one.state)) continue;
        const auto name = catalog::parse_table_name(one.asset);
        CHECK(name.ok() && graph.find(*name) != nullptr);
        assets.push_back(graph.find(*name));
    }
    return assets;
}

// Those of the package as it is now: a run that is gone on with may name others.
std::vector<const Asset*> all_assets_of(const AssetGraph& graph, const Run& run) {
    std::vector<const Asset*> assets;
    for (const AssetRun& one : run.assets) {
        const auto name = catalog::parse_table_name(one.asset);
        const Asset* asset = name.ok() ? graph.find(*name) : nullptr;
        if (asset != nullptr) assets.push_back(asset);
    }
    return assets;
}

PackageRules rules_of(const AssetGraph& graph, const std::string& package) {
    const auto rules = graph.packages.find(package);
    return rules == graph.packages.end() ? PackageRules() : rules->second;
}

std::map<std::string, std::string> params_of(const AssetGraph& graph, const Run& run) {
    auto params = run.request.params;
    params.try_emplace("timezone", rules_of(graph, run.package).timezone);
    return params;
}

// Places in the run, of the assets that are to be made.
std::size_t place_in(const Run& run, const Asset& asset) {
    const auto found = std::ranges::find(run.assets, asset.name.text(), &AssetRun::asset);
    CHECK(found != run.assets.end());
    return static_cast<std::size_t>(found - run.assets.begin());
}

}  // namespace

void warn_unrecorded(const Result<void>& done) {
    if (!done.ok())
        log::error("a run could not be recorded", {{"reason", done.error().describe()}});
}

std::string made_text(const AssetRun& outcome) {
    std::string text = format_count(outcome.rows_out) + " rows";
    if (outcome.version > 0)
        text = "version " + std::to_string(outcome.version) + ": " + text + ", " +
               std::to_string(outcome.files_written) + " files written, " +
               std::to_string(outcome.files_kept) + " kept";
    return text + ", in " +
           format_duration_us(outcome.finished_at.micros - outcome.started_at.micros);
}

Runner::Runner(
    const PipelineParts& parts,
    const PipelineOptions& options,
    const AssetGraph& graph,
    RunRecords& records,
    RunJob& job
)
    : parts_(parts),
      options_(options),
      records_(records),
      job_(job),
      asked_(job.snapshot()),
      inputs_(parts, graph, {job.pinned, params_of(graph, asked_)}),
      assets_(assets_of(graph, asked_)),
      graph_(graph),
      kernels_(parts_, options_, inputs_, all_assets_of(graph, asked_)),
      order_(graph, {}) {
    if (rules_of(graph, asked_.package).published_together)
        publication_ = std::make_unique<Publication>(parts, records, asked_.id);
}

bool Runner::stopped() const {
    return *job_.cancelled || time_left_us() <= 0;
}

std::int64_t Runner::time_left_us() const {
    return deadline_us_ - parts_.clock->monotonic_us();
}

void Runner::tell(Making& making, std::string level, std::string text) {
    making.lines.push_back(
        {parts_.clock->now(), making.outcome.asset, std::move(level), std::move(text)}
    );
}

void Runner::show(const Making& making) {
    job_.run.with_lock([&](Run& now) { now.assets[making.place] = making.outcome; });
}

// What cannot be recorded is told in the log: the run itself goes on.
void Runner::record(Making& making) {
    show(making);
    const Run run = job_.snapshot();
    warn_unrecorded(records_.update(run, making.place, std::exchange(making.lines, {})));
    for (RunListener* listener : parts_.listeners) listener->on_asset(run, making.outcome);
}

MakeOrder Runner::order_for(Making& making) {
    const Asset& asset = order_.asset(making.step);
    const std::int64_t left_us = std::max<std::int64_t>(time_left_us(), 1);
    MakeOrder order;
    order.run = asked_.id;
    order.force = asked_.request.force;
    order.from = asked_.request.from;
    order.to = asked_.request.to;
    order.timeout_us = asset.timeout_us > 0 ? std::min(asset.timeout_us, left_us) : left_us;
    order.cancelled = job_.cancelled;
    order.watch = &making.watch;
    order.kernels = options_.kernels ? &kernels_ : nullptr;
    order.publication = publication_.get();
    return order;
}

Result<void> Runner::try_once(Making& making) {
    const Asset& asset = order_.asset(making.step);
    AssetRun& outcome = making.outcome;
    const MakeOrder order = order_for(making);
    AssetMaker maker(parts_, options_, inputs_, asset, order);
    if (TRY(maker.skip(outcome))) {
        outcome.state = RunState::Skipped;
        return {};
    }
    outcome.state = RunState::Running;
    ++outcome.attempts;
    if (outcome.attempts == 1) record(making);
    outcome.message.clear();  // of the attempt before; an export tells where it is
    TRY(maker.make(outcome));
    if (publication_ && publication_->holds(asset.name)) {
        outcome.message = "made; it is published together with the others";
        return {};
    }
    outcome.state = RunState::Succeeded;
    return {};
}

// False: the run was stopped meanwhile.
bool Runner::wait_before_retry(std::int64_t delay_us) {
    const std::int64_t until_us = parts_.clock->monotonic_us() + delay_us;
    std::unique_lock lock(mutex_);
    while (!stopped() && parts_.clock->monotonic_us() < until_us)
        changed_.wait_for(lock, look_every);
    return !stopped();
}

Result<void> Runner::make_with_retries(Making& making) {
    const Asset& asset = order_.asset(making.step);
    std::int64_t delay_us =
        asset.retry_delay_us > 0 ? asset.retry_delay_us : options_.retry_delay_us;
    for (int left = asset.retries.value_or(options_.retries);; --left) {
        auto made = try_once(making);
        if (made.ok() || left <= 0 || !may_pass(made.error()) || stopped()) return made;
        making.outcome.message = made.error().describe();
        tell(
            making,
            "warning",
            making.outcome.message + " It is tried again in " + format_duration_us(delay_us) + "."
        );
        record(making);
        if (!wait_before_retry(delay_us)) return made;
        delay_us = std::min(2 * delay_us, retry_delay_max_us);
    }
}

void Runner::make(std::size_t step) {
    Making making;
    making.step = step;
    making.place = place_in(asked_, order_.asset(step));
    making.outcome = asked_.assets[making.place];
    making.outcome.started_at = parts_.clock->now();
    {
        std::lock_guard lock(mutex_);
        making_.insert(&making);
    }
    const Result<void> made = make_with_retries(making);
    {
        std::lock_guard lock(mutex_);
        making_.erase(&making);
    }
    kernels_.done(order_.asset(step));
    AssetRun& outcome = making.outcome;
    if (!made.ok() || outcome.state != RunState::Running) outcome.finished_at = parts_.clock->now();
    outcome.memory_bytes = making.memory_bytes;
    if (!made.ok()) {
        outcome.state = *job_.cancelled ? RunState::Cancelled : RunState::Failed;
        outcome.message = *job_.cancelled ? why_cancelled() : made.error().describe();
        outcome.may_pass = may_pass(made.error());
    }
    settle(making);
}

// Its readers are told of the outcome.
void Runner::settle(Making& making) {
    const AssetRun& outcome = making.outcome;
    if (outcome.state == RunState::Failed) {
        log::error("an asset failed", {{"asset", outcome.asset}, {"reason", outcome.message}});
        tell(making, "error", outcome.message);
    } else if (outcome.state == RunState::Succeeded) {
        tell(making, "info", made_text(outcome));
    }
    // Written down with the end of the run: one that has nothing to do should cost nothing.
    if (outcome.state == RunState::Skipped) {
        show(making);
    } else {
        record(making);
    }
    std::lock_guard lock(mutex_);
    if (outcome.state == RunState::Failed || outcome.state == RunState::Cancelled) {
        give_up_readers(making);
    } else {
        order_.done(making.step);
    }
    changed_.notify_all();
}

// With the lock held.
void Runner::give_up_readers(const Making& making) {
    const std::vector<std::size_t> readers = order_.give_up(making.step);
    job_.run.with_lock([&](Run& now) {
        for (const std::size_t reader : readers) {
            AssetRun& outcome = now.assets[place_in(now, order_.asset(reader))];
            outcome.state = RunState::Cancelled;
            outcome.message = "it depends on " + making.outcome.asset + ", which was not made";
        }
    });
}

std::optional<std::size_t> Runner::next() {
    std::unique_lock lock(mutex_);
    while (!stopped()) {
        if (const auto step = order_.take()) {
            ++under_way_;
            return step;
        }
        if (under_way_ == 0) return std::nullopt;
        changed_.wait_for(lock, look_every);
    }
    return std::nullopt;
}

void Runner::work() {
    while (const auto step = next()) {
        make(*step);
        std::lock_guard lock(mutex_);
        --under_way_;
        changed_.notify_all();
    }
    std::lock_guard lock(mutex_);
    --working_;
    changed_.notify_all();
}

void Runner::watch_until_done() {
    std::unique_lock lock(mutex_);
    while (working_ > 0) {
        changed_.wait_for(lock, look_every);
        for (Making* making : making_) {
            const double progress = making->watch.progress();
            const auto memory = static_cast<std::int64_t>(making->watch.memory_bytes());
            making->memory_bytes = std::max(making->memory_bytes.load(), memory);
            job_.run.with_lock([&](Run& now) {
                now.assets[making->place].progress = progress;
                now.assets[making->place].memory_bytes = making->memory_bytes;
            });
        }
    }
}

void Runner::fail_run(const Error& reason) {
    job_.run.with_lock([&](Run& now) {
        now.state = RunState::Failed;
        now.message = reason.describe();
    });
}

std::string Runner::why_cancelled() const {
    if (!begun_) return "the run did not begin";
    if (job_.cut_off) return "the program ended";
    const std::int64_t by = job_.overtaken_by;
    return by == 0 ? "cancelled" : "newer rows came: run " + std::to_string(by) + " makes it";
}

// What was not come to is cancelled.
void Runner::end() {
    job_.run.with_lock([&](Run& now) {
        const bool late = !*job_.cancelled && time_left_us() <= 0;
        for (AssetRun& outcome : now.assets) {
            if (!is_open(outcome.state)) continue;
            outcome.state = RunState::Cancelled;
            outcome.message = late ? "the run's time was up" : why_cancelled();
        }
        if (now.state != RunState::Failed) now.state = outcome_of(now);
        if (late && now.state != RunState::Succeeded) now.message = "its time was up";
        if (now.state == RunState::Cancelled && job_.cut_off) now.message = cut_off_message(now.id);
        if (now.state == RunState::Cancelled && !job_.cut_off && job_.overtaken_by > 0)
            now.message = why_cancelled();
        now.finished_at = parts_.clock->now();
    });
    const Run run = job_.snapshot();
    std::string text = std::string(to_string(run.state)) + " in " +
                       format_duration_us(run.finished_at.micros - run.started_at.micros);
    if (!run.message.empty()) text += ": " + run.message;
    const bool well = run.state == RunState::Succeeded ||
                      (run.state == RunState::Cancelled && job_.overtaken_by > 0);
    const char* level = well ? "info" : "error";
    warn_unrecorded(records_.finish(run, {{run.finished_at, "", level, std::move(text)}}));
    for (RunListener* listener : parts_.listeners) listener->on_run(run);
}

void Runner::make_all(RunOrder order) {
    order_ = std::move(order);
    const auto wanted = static_cast<std::size_t>(std::max(options_.parallel, 1));
    working_ = std::min(wanted, order_.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < std::min(wanted, order_.size()); ++i)
        threads.emplace_back([this] { work(); });
    watch_until_done();
    for (std::thread& thread : threads) thread.join();
}

void Runner::carry_out() {
    const Result<void> begun = begin();
    begun_ = begun.ok() || *job_.cancelled;
    if (!begun.ok()) {
        if (!begun_) fail_run(begun.error());
    } else if (!publication_) {
        make_all(RunOrder(graph_, assets_));
    } else {
        // What others get is written once they could read the same in the tables.
        std::vector<const Asset*> tables;
        std::vector<const Asset*> exports;
        for (const Asset* asset : assets_)
            (asset->materialize == Materialize::Export ? exports : tables).push_back(asset);
        make_all(RunOrder(graph_, tables));
        publish_together();
        const bool published = job_.run.with_lock([](const Run& now) {
            return outcome_of(now) == RunState::Succeeded && now.state != RunState::Failed;
        });
        for (const Asset* asset : tables) inputs_.forget(asset->name);
        if (published) make_all(RunOrder(graph_, exports));
    }
    end();
}

}  // namespace tradewind::pipeline
