// Backfills: one lock over what is under way, few threads that carry out, one backfill each.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "schedule/backfill.h"
#include "schedule/backfill_records.h"

namespace tradewind::schedule {

struct BackfillUnderWay {
    Backfill backfill;  // changed under the lock; the thread that has it works on a copy
    bool taken = false;
    bool resumed = false;  // its first interval was cut off
    std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);

    void stop() const {
        cancelled->store(true);
        cancelled->notify_all();
    }
};

inline std::string name_of(const Backfill& backfill) {
    return "backfill " + std::to_string(backfill.id);
}

class OpenBackfills : public Backfills {
public:
    OpenBackfills(
        BackfillOptions options, BackfillParts parts, std::unique_ptr<BackfillRecords> records
    )
        : options_(options), parts_(std::move(parts)), records_(std::move(records)) {}
    ~OpenBackfills() override { OpenBackfills::stop(); }

    Result<void> start() override;
    void stop() override;
    Result<std::vector<Interval>> plan(const BackfillRequest& request) override;
    Result<Backfill> submit(const BackfillRequest& request) override;
    Result<Backfill> show(std::int64_t id) override;
    Result<std::vector<Backfill>> list(std::int64_t limit) override;
    Result<std::vector<BackfillInterval>> intervals(
        std::int64_t id, std::int64_t after, std::int64_t limit
    ) override;
    Result<Backfill> wait(std::int64_t id, std::int64_t timeout_us) override;
    Result<Backfill> cancel(std::int64_t id) override;
    Result<Backfill> resume(std::int64_t id) override;

private:
    using Lock = std::unique_lock<std::mutex>;
    using Shared = std::shared_ptr<BackfillUnderWay>;

    void enqueue(Backfill backfill, bool resumed);
    Shared find(std::int64_t id) const;
    Shared take();
    void work();
    void carry_out(const Shared& one);
    bool begin_interval(const Shared& one, Backfill& backfill, BackfillInterval& interval);
    Result<IntervalResult> make_interval(
        const Shared& one, Backfill& backfill, BackfillInterval& interval
    );
    bool conclude(const Shared& one, Backfill& backfill, const Result<IntervalResult>& outcome);
    void end(const Shared& one, Backfill backfill);
    void tell(const Backfill& backfill);
    bool durable(const std::function<Result<void>()>& write);
    void publish(const Shared& one, const Backfill& backfill);
    void show_on(const Backfill& backfill) const {
        if (parts_.on_backfill) parts_.on_backfill(backfill);
    }
    Timestamp now() const { return parts_.clock->now(); }

    const BackfillOptions options_;
    const BackfillParts parts_;
    const std::unique_ptr<BackfillRecords> records_;
    std::shared_ptr<std::atomic<bool>> leaving_ = std::make_shared<std::atomic<bool>>(false);
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::deque<Shared> under_way_;  // oldest first
    std::vector<std::thread> threads_;
};

}  // namespace tradewind::schedule
