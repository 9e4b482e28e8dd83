// Runs as meta.sqlite keeps them: what was asked, what became of it, what it told.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/database.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// Table → version that a run reads.
using PinnedVersions = std::map<std::string, std::int64_t>;

// A dataset that a run is about to give a new version, together with others.
struct Publishing {
    std::int64_t run = 0;
    std::string dataset;
    std::int64_t base = 0;  // the version that it changes
};

// Whoever heard of a beginning hears of its end.
void tell_cut_off(const std::vector<RunListener*>& listeners, const Run& run);

// What a run says that the end of the program stopped.
std::string cut_off_message(std::int64_t run);

// Any thread.
class RunRecords {
public:
    static Result<std::unique_ptr<RunRecords>> open(
        os::Database& database, std::size_t kept, std::size_t log_lines_max
    );

    // No run gets a number up to this one.
    Result<void> skip_ids(std::int64_t ids_used);
    // Gives the run its number.
    Result<void> add(Run& run);
    // Its state and message.
    Result<void> update(const Run& run);
    // One of its assets, and the lines that it told since.
    Result<void> update(
        const Run& run, std::size_t asset, const std::vector<RunLogLine>& lines = {}
    );
    // All of it, in one step.
    Result<void> finish(const Run& run, const std::vector<RunLogLine>& lines);
    Result<void> add_lines(std::int64_t run, const std::vector<RunLogLine>& lines);
    // Durable before anything is made from them.
    Result<void> pin(std::int64_t run, const PinnedVersions& versions);
    Result<PinnedVersions> pinned(std::int64_t run);
    // Written down before the first is committed; gone when all are, or none.
    Result<void> intend(const std::vector<Publishing>& publishing);
    Result<void> published(std::int64_t run);
    Result<std::vector<Publishing>> publishing();

    Result<Run> show(std::int64_t id);
    Result<std::vector<Run>> list(std::int64_t limit);
    Result<std::vector<RunLogLine>> log(std::int64_t id);
    // Rises with whatever show() and list() would tell otherwise than before.
    std::int64_t changes() const { return changes_; }
    // Those that wait and stand for themselves, oldest first.
    Result<std::vector<Run>> waiting();
    // Runs that were under way when the process ended, and those that waited and somebody else goes
    // on with; they are marked as failed.
    Result<std::vector<Run>> end_interrupted(Timestamp now);

private:
    RunRecords(os::Database& database, std::size_t kept, std::size_t log_lines_max)
        : database_(database), kept_(kept), log_lines_max_(log_lines_max) {}
    Result<void> load_assets(Run& run);
    Result<void> insert_lines(std::int64_t run, const std::vector<RunLogLine>& lines);

    os::Database& database_;
    std::atomic<std::int64_t> changes_ = 0;
    const std::size_t kept_;
    const std::size_t log_lines_max_;
};

}  // namespace tradewind::pipeline
