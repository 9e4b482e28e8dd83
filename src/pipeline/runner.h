// Carries one run through its assets, several at once where none reads another.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/kernel_run.h"
#include "pipeline/maker.h"
#include "pipeline/pipeline.h"
#include "pipeline/publication.h"
#include "pipeline/run_job.h"
#include "pipeline/run_order.h"
#include "pipeline/run_records.h"
#include "pipeline/work_watch.h"

namespace tradewind::pipeline {

// For the log: what was published of it.
std::string made_text(const AssetRun& outcome);

// What cannot be written down of a run is told in the log.
void warn_unrecorded(const Result<void>& done);

// One run; carry_out() once.
class Runner {
public:
    Runner(
        const PipelineParts& parts,
        const PipelineOptions& options,
        const AssetGraph& graph,
        RunRecords& records,
        RunJob& job
    );

    // An asset that fails does not stop those that do not read it; those that do are not made.
    void carry_out();

private:
    // Of one asset while it is made.
    struct Making {
        std::size_t step = 0;   // in the order
        std::size_t place = 0;  // in the run
        AssetRun outcome;
        std::vector<RunLogLine> lines;  // not yet written down
        WorkWatch watch;
        std::atomic<std::int64_t> memory_bytes = 0;  // most that was seen
    };

    Result<void> begin();
    Result<void> take_parameters();
    void note(const std::string& text);
    void make_all(RunOrder order);
    void publish_together();
    void tell_together(const Result<Publication::Made>& published);
    void fail_run(const Error& reason);
    std::string why_cancelled() const;
    void end();
    void work();
    std::optional<std::size_t> next();
    void make(std::size_t step);
    Result<void> make_with_retries(Making& making);
    Result<void> try_once(Making& making);
    bool wait_before_retry(std::int64_t delay_us);
    void settle(Making& making);
    void give_up_readers(const Making& making);
    void watch_until_done();
    void tell(Making& making, std::string level, std::string text);
    // As others see it, and durably.
    void show(const Making& making);
    void record(Making& making);
    MakeOrder order_for(Making& making);
    std::int64_t time_left_us() const;
    bool stopped() const;

    const PipelineParts& parts_;
    const PipelineOptions& options_;
    RunRecords& records_;
    RunJob& job_;
    const Run asked_;  // as it was when it began
    RunInputs inputs_;
    const std::vector<const Asset*> assets_;  // that are to be made
    const AssetGraph& graph_;
    KernelRun kernels_;
    std::unique_ptr<Publication> publication_;  // null: each is published when it is made
    std::int64_t deadline_us_ = 0;              // monotonic
    bool begun_ = true;                         // false: it could not

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    RunOrder order_;
    std::set<Making*> making_;
    std::size_t under_way_ = 0;  // steps that were taken and are not settled
    std::size_t working_ = 0;    // threads
};

}  // namespace tradewind::pipeline
