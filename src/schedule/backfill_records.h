// Backfills as meta.sqlite keeps them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/database.h"
#include "schedule/backfill.h"

namespace tradewind::schedule {

// Any thread.
class BackfillRecords {
public:
    static Result<std::unique_ptr<BackfillRecords>> open(os::Database& database, std::size_t kept);

    // Gives it its number; the oldest that are over go.
    Result<void> add(Backfill& backfill, const std::vector<Interval>& intervals);
    // Its state, message, cut-offs and times.
    Result<void> update(const Backfill& backfill);
    Result<void> update(std::int64_t backfill, const BackfillInterval& interval);
    // Both, in one step.
    Result<void> update(const Backfill& backfill, const BackfillInterval& interval);

    // With what is done of it, and the interval that it is at.
    Result<Backfill> show(std::int64_t id);
    Result<std::vector<Backfill>> list(std::int64_t limit);
    Result<std::vector<Backfill>> unfinished();  // oldest first
    Result<std::vector<BackfillInterval>> intervals(
        std::int64_t id, std::int64_t after, std::int64_t limit
    );
    // The first that is not done; nothing: all are.
    Result<std::optional<BackfillInterval>> next(std::int64_t id);

private:
    BackfillRecords(os::Database& database, std::size_t kept) : database_(database), kept_(kept) {}
    Result<std::vector<Backfill>> select(
        const std::string& rest, const std::vector<os::SqlValue>& parameters
    );
    Result<std::vector<BackfillInterval>> select_intervals(
        const std::string& rest, const std::vector<os::SqlValue>& parameters
    );
    Result<void> count(Backfill& backfill);
    Result<void> forget_old();

    os::Database& database_;
    const std::size_t kept_;
};

}  // namespace tradewind::schedule
