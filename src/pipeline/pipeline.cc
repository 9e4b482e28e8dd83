#include "pipeline/pipeline.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/time.h"
#include "pipeline/going_on.h"
#include "pipeline/publication.h"
#include "pipeline/refresh.h"
#include "pipeline/refresh_waiting.h"
#include "pipeline/run_queue.h"
#include "pipeline/run_records.h"
#include "pipeline/run_system_tables.h"
#include "pipeline/runner.h"
#include "pipeline/shown_tables.h"
#include "pipeline/used_run_ids.h"

namespace tradewind::pipeline {

namespace {

// How often the sources are looked at for something new.
constexpr std::int64_t look_every_us = 200'000;

Result<void> check_interval(const RunRequest& request) {
    for (const std::string* date : {&request.from, &request.to}) {
        if (date->empty() || parse_iso(*date).ok()) continue;
        return Error(ErrorCode::InvalidArgument, "not a date: '" + *date + "'")
            .with_hint("Write it as 2026-11-21 or 2026-11-21T08:00:00.");
    }
    if (request.from.empty() || request.to.empty() || request.from < request.to) return {};
    return Error(ErrorCode::InvalidArgument, "the interval is empty: it ends before it begins");
}

// Somebody who asks for an interval of what has none would believe that it was kept to.
Result<void> check_has_interval(
    const RunRequest& request, const std::vector<const Asset*>& assets
) {
    if (request.from.empty() && request.to.empty()) return {};
    const bool any = std::ranges::any_of(assets, [](const Asset* asset) {
        return !asset->interval_column.empty();
    });
    if (any) return {};
    return Error(
               ErrorCode::InvalidArgument,
               (request.assets.empty() ? "no asset of " + request.package
                                       : "what is asked for of " + request.package) +
                   " has an interval to keep to"
    )
        .with_hint(
            "Leave --from and --to out, or give an asset materialize: partitions and interval: "
            "COLUMN."
        );
}

class RunningPipeline : public Pipeline {
public:
    RunningPipeline(PipelineOptions options, AssetGraph graph, PipelineParts parts)
        : options_(std::move(options)), graph_(std::move(graph)), parts_(std::move(parts)) {}
    ~RunningPipeline() override { stop(); }

    Result<void> open() {
        records_ =
            TRY(RunRecords::open(*parts_.database, options_.runs_kept, options_.log_lines_max));
        return {};
    }

    const AssetGraph& graph() const override { return graph_; }
    Result<void> start() override;
    void stop() override;
    Result<Run> submit(const RunRequest& request) override;
    Result<Run> show(std::int64_t id) override;
    Result<std::vector<Run>> list(std::int64_t limit) override;
    Result<std::vector<RunLogLine>> log(std::int64_t id) override { return records_->log(id); }
    Result<void> refresh_system_tables() override;
    void republish() override { shown_.show_all(); }
    void show_readers_of(const std::set<catalog::TableName>& tables) override {
        shown_.show_readers_of(tables);
    }
    Result<void> cancel(std::int64_t id) override;
    Result<Run> resume(std::int64_t id) override;
    Result<void> go_on_with_waiting() override;
    Result<Run> wait(std::int64_t id, std::int64_t timeout_us) override;
    Result<void> settle(std::int64_t timeout_us) override;
    bool wait_until_idle(std::int64_t us) override { return queue_.wait_until_idle(us); }

private:
    // Those with a fault have failed before it begins.
    Result<Run> enqueue(
        const RunRequest& request,
        const std::vector<const Asset*>& assets,
        const std::vector<const FaultyAsset*>& faulty = {}
    );
    Result<void> leave_waiting();
    Result<void> go_on_with(std::int64_t id);
    Result<Run> end_waiting(Run run, RunState state, const std::string& message);
    void tell_ended(const Run& run);
    void make_damaged_again();
    void tell_queued(const Run& run);
    void work();
    void carry_out(RunJob& job);
    void look_for_work();
    void refresh_due();
    Result<std::vector<Run>> enqueue_due(bool at_once);
    JobPointer overtaken_by_import(const std::string& package);

    const PipelineOptions options_;
    const AssetGraph graph_;
    const PipelineParts parts_;
    std::unique_ptr<RunRecords> records_;
    ShownTables shown_{parts_, graph_};
    Refreshes refreshes_{parts_, graph_};
    RunQueue queue_{options_.queue_max};
    LeftRuns left_;
    RefreshWaiting waiting_;  // only the thread that looks for work
    std::mutex shown_mutex_;
    std::int64_t shown_changes_ = -1;  // of the records, when the system tables were filled
    std::vector<std::thread> threads_;
};

void RunningPipeline::tell_queued(const Run& run) {
    for (RunListener* listener : parts_.listeners) listener->on_queued(run);
}

Result<void> RunningPipeline::start() {
    for (const Run& run : TRY(records_->end_interrupted(parts_.clock->now()))) {
        log::warn("a run was cut off", {{"run", std::to_string(run.id)}, {"package", run.package}});
        tell_cut_off(parts_.listeners, run);
    }
    TRY(leave_waiting());
    TRY(records_->skip_ids(highest_run_in(*parts_.lake, graph_)));
    TRY(os::remove_tree(*parts_.files, options_.scratch_folder));
    TRY(take_back_unfinished(*parts_.lake, *records_));
    shown_.show_all();
    TRY(refresh_system_tables());
    for (int i = 0; i < std::max(options_.runs_at_once, 1); ++i)
        threads_.emplace_back([this] { work(); });
    threads_.emplace_back([this] { look_for_work(); });
    if (options_.refresh) make_damaged_again();
    return {};
}

// What verify took files out of is less than it was. A history's older dates come back only by runs
// of these dates; the log has told of them.
void RunningPipeline::make_damaged_again() {
    for (const Asset& asset : graph_.assets) {
        if (!asset.stored() || asset.materialize == Materialize::InsertOverwrite) continue;
        const auto current = parts_.lake->current(asset.dataset());
        if (!current.ok() || current->run != lake::verify_run) continue;
        RunRequest request;
        request.package = asset.package;
        request.assets = {asset.name.table + "+"};
        request.reason = "refresh";
        const auto queued = submit(request);
        if (!queued.ok()) {
            log::warn(
                "a damaged table waits to be made again",
                {{"table", asset.name.text()}, {"reason", queued.error().describe()}}
            );
        }
    }
}

void RunningPipeline::stop() {
    queue_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

Result<Run> RunningPipeline::enqueue(
    const RunRequest& request,
    const std::vector<const Asset*>& assets,
    const std::vector<const FaultyAsset*>& faulty
) {
    Run run;
    run.package = request.package;
    run.reason = request.reason;
    run.request = request;
    run.queued_at = parts_.clock->now();
    for (const Asset* asset : assets) {
        AssetRun one;
        one.asset = asset->name.text();
        run.assets.push_back(std::move(one));
    }
    for (const FaultyAsset* left_out : faulty) {
        AssetRun one;
        one.asset = left_out->asset.name.text();
        one.state = RunState::Failed;
        one.message = left_out->error.describe();
        one.finished_at = one.started_at = run.queued_at;
        run.assets.push_back(std::move(one));
    }
    TRY(queue_.add([&]() -> Result<JobPointer> {
        TRY(records_->add(run));
        tell_queued(run);
        return std::make_shared<RunJob>(run);
    }));
    return run;
}

Result<Run> RunningPipeline::submit(const RunRequest& request) {
    TRY(check_interval(request));
    const auto assets = TRY(select_assets(graph_, request.package, request.assets));
    TRY(check_has_interval(request, assets));
    return enqueue(request, assets, select_faulty(graph_, request.package, request.assets));
}

Result<Run> RunningPipeline::show(std::int64_t id) {
    if (const JobPointer job = queue_.find(id)) return job->snapshot();
    return records_->show(id);
}

Result<std::vector<Run>> RunningPipeline::list(std::int64_t limit) {
    std::vector<Run> runs = TRY(records_->list(limit));
    for (Run& run : runs) {
        if (const JobPointer job = queue_.find(run.id)) run = job->snapshot();
    }
    return runs;
}

// Not for every question: there may be a thousand runs to read.
Result<void> RunningPipeline::refresh_system_tables() {
    const std::lock_guard lock(shown_mutex_);
    const std::int64_t changes = records_->changes();
    if (changes == shown_changes_) return {};
    const std::vector<Run> runs = TRY(list(static_cast<std::int64_t>(options_.runs_kept)));
    TRY(parts_.engine->replace_system_table("runs", run_rows(runs)));
    TRY(parts_.engine->replace_system_table("run_assets", run_asset_rows(runs)));
    shown_changes_ = changes;
    return {};
}

Result<Run> RunningPipeline::end_waiting(Run run, RunState state, const std::string& message) {
    end_unbegun(run, state, message, parts_.clock->now());
    const char* level = state == RunState::Failed ? "error" : "info";
    TRY(records_->finish(run, {{run.finished_at, "", level, message}}));
    left_.remove(run.id);
    return run;
}

void RunningPipeline::tell_ended(const Run& run) {
    for (RunListener* listener : parts_.listeners) listener->on_run(run);
}

// One that waits is over at once, and stays so whatever happens to the program.
Result<void> RunningPipeline::cancel(std::int64_t id) {
    constexpr const char* unbegun = "cancelled before it began";
    Run over;
    const bool waited = TRY(queue_.withdraw(id, [&](const RunJob& job) -> Result<void> {
        over = TRY(end_waiting(job.snapshot(), RunState::Cancelled, unbegun));
        return {};
    }));
    if (waited) {
        tell_ended(over);
        return {};
    }
    if (const JobPointer job = queue_.find(id)) {
        *job->cancelled = true;
        return {};
    }
    const Run run = TRY(records_->show(id));
    if (left_.contains(id)) {
        tell_ended(TRY(end_waiting(run, RunState::Cancelled, unbegun)));
        return {};
    }
    return Error(
        ErrorCode::Conflict, "run " + std::to_string(id) + " is over: " + to_string(run.state)
    );
}

Result<Run> RunningPipeline::resume(std::int64_t id) {
    Run run;
    TRY(queue_.add([&]() -> Result<JobPointer> {
        run = TRY(records_->show(id));
        const bool open = run.state == RunState::Queued || run.state == RunState::Running;
        if (open && !left_.contains(id))
            return Error(ErrorCode::Conflict, "run " + std::to_string(id) + " is under way");
        TRY(open_again(graph_, run));
        auto job = std::make_shared<RunJob>(run);
        job->pinned = TRY(records_->pinned(id));
        TRY(records_->finish(run, {{parts_.clock->now(), "", "info", "gone on with"}}));
        left_.remove(id);
        tell_queued(run);
        return job;
    }));
    return run;
}

// They are as durable as an answer of 202 says; a command that looks at something leaves them to
// the next server.
Result<void> RunningPipeline::leave_waiting() {
    for (const Run& run : TRY(records_->waiting())) left_.add(run.id);
    return {};
}

Result<void> RunningPipeline::go_on_with(std::int64_t id) {
    const Run run = TRY(records_->show(id));
    if (const auto there = check_is_there(graph_, run); !there.ok()) {
        tell_ended(TRY(end_waiting(run, RunState::Failed, there.error().describe())));
        return {};
    }
    return queue_.add([&]() -> Result<JobPointer> {
        auto job = std::make_shared<RunJob>(run);
        job->pinned = TRY(records_->pinned(id));
        left_.remove(id);
        tell_queued(run);
        return job;
    });
}

Result<void> RunningPipeline::go_on_with_waiting() {
    for (const std::int64_t id : left_.all()) {
        const auto queued = go_on_with(id);
        if (queued.ok()) continue;
        if (queued.error().code() != ErrorCode::ResourceExhausted) return queued.error();
        log::warn(
            "a run waits until the next start", {{"run", id}, {"reason", "the queue is full"}}
        );
    }
    return {};
}

Result<Run> RunningPipeline::wait(std::int64_t id, std::int64_t timeout_us) {
    queue_.wait_for_end(id, timeout_us);
    return show(id);
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
        const JobPointer overtaken = at_once ? nullptr : overtaken_by_import(package);
        // It would only wait, and what it does may be done by then.
        if (!at_once && queue_.busy(package) && !overtaken) continue;
        RunRequest request;
        request.package = package;
        request.reason = "refresh";
        const Run left = overtaken ? overtaken->snapshot() : Run();  // what it will not make
        runs.push_back(TRY(enqueue(request, assets_of_refresh(graph_, assets, left))));
        if (!overtaken) continue;
        overtaken->overtaken_by = runs.back().id;
        *overtaken->cancelled = true;
    }
    return runs;
}

// A refresh that only makes what follows the imported rows, while newer ones wait. Null: none.
JobPointer RunningPipeline::overtaken_by_import(const std::string& package) {
    JobPointer job = queue_.only_one(package);
    if (job == nullptr || job->overtaken_by > 0) return nullptr;
    const Run run = job->snapshot();
    return run.reason == "refresh" && refreshes_.overtaken(run) ? job : nullptr;
}

void RunningPipeline::refresh_due() {
    if (!options_.refresh) return;
    const auto queued = enqueue_due(false);
    waiting_.note(queued.ok() ? Result<void>() : queued.error());
}

void RunningPipeline::carry_out(RunJob& job) {
    const Run before = job.snapshot();
    for (const Asset& asset : graph_.assets) {
        if (asset.refresh && asset.package == before.package) refreshes_.note_start(asset);
    }
    Runner(parts_, options_, graph_, *records_, job).carry_out();
    const Run over = job.snapshot();
    // Whatever else became of it: it may have been done before it was called off.
    const bool called_off =
        job.overtaken_by > 0 && std::ranges::any_of(over.assets, [](const AssetRun& one) {
            return one.state == RunState::Cancelled;
        });
    refreshes_.note_run(over, called_off);
}

void RunningPipeline::work() {
    while (const JobPointer job = queue_.take()) {
        carry_out(*job);
        queue_.done(job);
    }
}

void RunningPipeline::look_for_work() {
    while (!queue_.wait_for_stop(look_every_us)) refresh_due();
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
