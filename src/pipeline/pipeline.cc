#include "pipeline/pipeline.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/time.h"
#include "pipeline/refresh.h"
#include "pipeline/run_records.h"
#include "pipeline/runner.h"
#include "pipeline/selection.h"

namespace tradewind::pipeline {

namespace {

// How often the sources are looked at for something new.
constexpr std::chrono::milliseconds look_every{200};

Result<void> check_interval(const RunRequest& request) {
    for (const std::string* date : {&request.from, &request.to}) {
        if (date->empty() || parse_iso(*date).ok()) continue;
        return Error(ErrorCode::InvalidArgument, "not a date: '" + *date + "'")
            .with_hint("Write it as 2026-11-21 or 2026-11-21T08:00:00.");
    }
    if (request.from.empty() || request.to.empty() || request.from < request.to) return {};
    return Error(ErrorCode::InvalidArgument, "the interval is empty: it ends before it begins");
}

struct Job {
    Run run;
    RunRequest request;
    std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);
};

class RunningPipeline : public Pipeline {
public:
    RunningPipeline(PipelineOptions options, AssetGraph graph, PipelineParts parts)
        : options_(std::move(options)), graph_(std::move(graph)), parts_(std::move(parts)) {}
    ~RunningPipeline() override { stop(); }

    Result<void> open() {
        records_ = TRY(RunRecords::open(*parts_.database, options_.runs_kept));
        return {};
    }

    const AssetGraph& graph() const override { return graph_; }
    Result<void> start() override;
    void stop() override;
    Result<Run> submit(const RunRequest& request) override;
    Result<Run> show(std::int64_t id) override { return records_->show(id); }
    Result<std::vector<Run>> list(std::int64_t limit) override { return records_->list(limit); }
    Result<void> cancel(std::int64_t id) override;
    Result<Run> wait(std::int64_t id, std::int64_t timeout_us) override;
    Result<void> settle(std::int64_t timeout_us) override;

private:
    Result<Run> enqueue(const RunRequest& request, const std::vector<const Asset*>& assets);
    void publish_known();
    void tell_cut_off(const Run& run);
    void work();
    void carry_out(Job& job);
    void refresh_due();
    Result<std::vector<Run>> enqueue_due(bool at_once);
    Result<catalog::TableFiles> files_to_show(const Asset& asset);
    std::vector<const Asset*> with_downstream(const std::vector<const Asset*>& due) const;
    bool pending(std::int64_t id) const;

    const PipelineOptions options_;
    const AssetGraph graph_;
    const PipelineParts parts_;
    std::unique_ptr<RunRecords> records_;
    PlannedColumns planned_;  // asked for when an asset was never made
    Refreshes refreshes_{parts_, graph_};
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::shared_ptr<Job>> queue_;
    std::shared_ptr<Job> running_;
    bool stopping_ = false;
    std::thread thread_;
};

// A table that was never made is there all the same, without rows: a question asked too early has
// an answer, and views over it can be planned.
Result<catalog::TableFiles> RunningPipeline::files_to_show(const Asset& asset) {
    const lake::Version current = TRY(parts_.lake->current(asset.dataset()));
    if (current.number > 0) return parts_.catalog->files(asset.name);
    if (planned_.empty()) {
        planned_ = plan_columns(graph_, *parts_.engine, [this](const catalog::TableName& name) {
            auto info = parts_.catalog->show(name);
            return info.ok() ? Result<std::vector<catalog::Column>>(info->columns)
                             : Result<std::vector<catalog::Column>>(info.error());
        });
    }
    const auto planned = planned_.find(asset.name);
    if (planned == planned_.end())
        return Error(
            ErrorCode::Conflict, asset.name.text() + " was never made, and cannot be planned"
        );
    catalog::TableFiles table;
    table.name = asset.name;
    table.columns = planned->second;
    return table;
}

// What cannot be shown now is told, and stops nothing.
void RunningPipeline::publish_known() {
    for (const Asset& asset : graph_.assets) {
        Result<void> published;
        if (asset.materialize == Materialize::View) {
            published = parts_.engine->publish_view(asset.name, asset.sql);
        } else if (asset.stored()) {
            const auto files = files_to_show(asset);
            published =
                files.ok() ? parts_.engine->publish_table(*files) : Result<void>(files.error());
        }
        if (!published.ok())
            log::warn(
                "a table cannot be shown yet",
                {{"table", asset.name.text()}, {"reason", published.error().describe()}}
            );
    }
}

// Whoever heard of a beginning hears of its end.
void RunningPipeline::tell_cut_off(const Run& run) {
    for (RunListener* listener : parts_.listeners) {
        for (const AssetRun& asset : run.assets) {
            const bool begun = asset.started_at.micros != 0 && asset.finished_at.micros == 0;
            if (begun) listener->on_asset(run, asset);
        }
        listener->on_run(run);
    }
}

Result<void> RunningPipeline::start() {
    for (const Run& run : TRY(records_->end_interrupted(parts_.clock->now()))) {
        log::warn("a run was cut off", {{"run", std::to_string(run.id)}, {"package", run.package}});
        tell_cut_off(run);
    }
    TRY(os::remove_tree(*parts_.files, options_.scratch_folder));
    publish_known();
    thread_ = std::thread([this] { work(); });
    return {};
}

void RunningPipeline::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        if (running_) *running_->cancelled = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Result<Run> RunningPipeline::enqueue(
    const RunRequest& request, const std::vector<const Asset*>& assets
) {
    auto job = std::make_shared<Job>();
    job->request = request;
    job->run.package = request.package;
    job->run.reason = request.reason;
    job->run.queued_at = parts_.clock->now();
    for (const Asset* asset : assets) {
        AssetRun one;
        one.asset = asset->name.text();
        job->run.assets.push_back(std::move(one));
    }
    std::lock_guard lock(mutex_);
    if (stopping_) return Error(ErrorCode::Unavailable, "the platform is stopping");
    if (queue_.size() >= options_.queue_max) {
        return Error(ErrorCode::ResourceExhausted, "too many runs wait already")
            .with_hint("Wait until some of them are done, or cancel them.");
    }
    TRY(records_->add(job->run));
    Run answer = job->run;
    queue_.push_back(std::move(job));
    changed_.notify_all();
    return answer;
}

Result<Run> RunningPipeline::submit(const RunRequest& request) {
    TRY(check_interval(request));
    const auto assets = TRY(select_assets(graph_, request.package, request.assets));
    return enqueue(request, assets);
}

Result<void> RunningPipeline::cancel(std::int64_t id) {
    std::lock_guard lock(mutex_);
    if (running_ && running_->run.id == id) {
        *running_->cancelled = true;
        return {};
    }
    for (const auto& job : queue_) {
        if (job->run.id == id) *job->cancelled = true;
    }
    if (pending(id)) return {};
    const Run run = TRY(records_->show(id));
    return Error(
        ErrorCode::Conflict, "run " + std::to_string(id) + " is over: " + to_string(run.state)
    );
}

// With the lock held.
bool RunningPipeline::pending(std::int64_t id) const {
    if (running_ && running_->run.id == id) return true;
    return std::ranges::any_of(queue_, [&](const auto& job) { return job->run.id == id; });
}

Result<Run> RunningPipeline::wait(std::int64_t id, std::int64_t timeout_us) {
    {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::microseconds(timeout_us), [&] {
            return stopping_ || !pending(id);
        });
    }
    return records_->show(id);
}

Result<void> RunningPipeline::settle(std::int64_t timeout_us) {
    for (const Run& run : TRY(enqueue_due(true))) TRY(wait(run.id, timeout_us));
    return {};
}

// One run a package, so that what several of its assets need is made once.
Result<std::vector<Run>> RunningPipeline::enqueue_due(bool at_once) {
    std::map<std::string, std::vector<const Asset*>> packages;
    for (const Asset* asset : refreshes_.due(at_once)) packages[asset->package].push_back(asset);
    std::vector<Run> runs;
    for (const auto& [package, assets] : packages) {
        RunRequest request;
        request.package = package;
        request.reason = "refresh";
        runs.push_back(TRY(enqueue(request, with_downstream(assets))));
    }
    return runs;
}

std::vector<const Asset*> RunningPipeline::with_downstream(const std::vector<const Asset*>& due
) const {
    std::vector<std::string> selectors;
    for (const Asset* asset : due) selectors.push_back(asset->name.table + "+");
    const auto assets = select_assets(graph_, due[0]->package, selectors);
    if (!assets.ok()) return due;
    // Exports are for a person or a schedule to ask for.
    std::vector<const Asset*> wanted;
    for (const Asset* asset : *assets) {
        if (asset->materialize != Materialize::Export) wanted.push_back(asset);
    }
    return wanted;
}

void RunningPipeline::refresh_due() {
    if (!options_.refresh) return;
    const auto queued = enqueue_due(false);
    if (!queued.ok()) log::warn("a refresh waits", {{"reason", queued.error().describe()}});
}

void RunningPipeline::carry_out(Job& job) {
    for (const Asset& asset : graph_.assets) {
        if (asset.refresh) refreshes_.note_start(asset);
    }
    Runner(parts_, options_, graph_, *records_).carry_out(job.run, job.request, job.cancelled);
    const std::int64_t cost_us = job.run.finished_at.micros - job.run.started_at.micros;
    for (const AssetRun& one : job.run.assets) {
        const auto name = catalog::parse_table_name(one.asset);
        const Asset* asset = name.ok() ? graph_.find(*name) : nullptr;
        if (asset != nullptr && asset->refresh) refreshes_.note_run(*asset, cost_us);
    }
}

void RunningPipeline::work() {
    while (true) {
        std::shared_ptr<Job> job;
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, look_every, [&] { return stopping_ || !queue_.empty(); });
            if (stopping_) return;
            if (!queue_.empty()) {
                job = queue_.front();
                queue_.pop_front();
                running_ = job;
            }
        }
        if (!job) {
            refresh_due();
            continue;
        }
        carry_out(*job);
        {
            std::lock_guard lock(mutex_);
            running_.reset();
        }
        changed_.notify_all();
    }
}

}  // namespace

Result<std::unique_ptr<Pipeline>> open_pipeline(
    PipelineOptions options, AssetGraph graph, PipelineParts parts
) {
    auto pipeline =
        std::make_unique<RunningPipeline>(std::move(options), std::move(graph), std::move(parts));
    TRY(pipeline->open());
    return std::unique_ptr<Pipeline>(std::move(pipeline));
}

}  // namespace tradewind::pipeline
