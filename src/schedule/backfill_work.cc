// Backfills on the workers' threads: one interval after another, each durable before and after.
#include <chrono>

#include "base/log.h"
#include "schedule/open_backfills.h"

namespace tradewind::schedule {

namespace {

// An interval in whose middle the program ended so often may be the reason for it.
constexpr std::int64_t cut_offs_max = 5;
// After a write that failed: a full disk that somebody makes room on.
constexpr std::chrono::seconds trouble_delay{1};

Notice failure_notice(const Backfill& backfill, const BackfillInterval& interval) {
    Notice notice;
    notice.kind = "failure";
    notice.package = backfill.request.package;
    notice.subject = name_of(backfill);
    notice.at = backfill.finished_at;
    notice.title = backfill.request.package + ": " + name_of(backfill) + " stopped at " +
                   interval.interval.from;
    notice.text = backfill.message + "\n" + std::to_string(backfill.done) + " of " +
                  std::to_string(backfill.total) +
                  " intervals are done. Once the cause is mended: tradewind backfill --resume " +
                  std::to_string(backfill.id);
    notice.key = "failure:backfill-" + std::to_string(backfill.id) + ":" +
                 std::to_string(interval.place) + ":" + std::to_string(interval.run) + ":" +
                 std::to_string(interval.started_at.micros);
    notice.facts = {
        {"date", interval.interval.date()},
        {"run", interval.run == 0 ? "" : std::to_string(interval.run)},
        {"state", to_string(backfill.state)},
        {"error", interval.message}
    };
    return notice;
}

}  // namespace

// False: the program ends.
bool OpenBackfills::durable(const std::function<Result<void>()>& write) {
    bool told = false;
    while (true) {
        const auto written = write();
        if (written.ok()) return true;
        if (!std::exchange(told, true))
            log::error("a backfill cannot be recorded", {{"reason", written.error().describe()}});
        Lock lock(mutex_);
        if (changed_.wait_for(lock, trouble_delay, [&] { return leaving_->load(); })) return false;
    }
}

void OpenBackfills::publish(const Shared& one, const Backfill& backfill) {
    const Lock lock(mutex_);
    one->backfill = backfill;
    show_on(backfill);
    changed_.notify_all();
}

bool OpenBackfills::begin_interval(
    const Shared& one, Backfill& backfill, BackfillInterval& interval
) {
    const bool first = backfill.state == JobState::Waiting;
    backfill.state = JobState::Running;
    if (first) backfill.started_at = now();
    if (!one->resumed) {
        interval.run = 0;
        interval.message.clear();
        interval.finished_at = {};
        interval.started_at = now();
    }
    interval.state = JobState::Running;
    backfill.current = interval;
    if (!durable([&] { return records_->update(backfill, interval); })) return false;
    publish(one, backfill);
    return true;
}

Result<IntervalResult> OpenBackfills::make_interval(
    const Shared& one, Backfill& backfill, BackfillInterval& interval
) {
    IntervalOrder order{.request = backfill.request, .interval = interval.interval};
    order.backfill = backfill.id;
    order.place = interval.place;
    order.resumed = std::exchange(one->resumed, false);
    order.run = interval.run;
    order.cancelled = one->cancelled;
    order.leaving = leaving_;
    order.key = "backfill " + std::to_string(backfill.id) + " interval " + interval.interval.from +
                " at " + std::to_string(interval.started_at.micros);
    order.note_run = [&](std::int64_t run) -> Result<void> {
        interval.run = run;
        backfill.current = interval;
        TRY(records_->update(backfill.id, interval));
        publish(one, backfill);
        return {};
    };
    if (backfill.cut_offs > cut_offs_max) {
        return Error(
            ErrorCode::Io, "the program ended in the middle of this interval again and again"
        );
    }
    return parts_.carry_out(order);
}

// False: it goes no further.
bool OpenBackfills::conclude(
    const Shared& one, Backfill& backfill, const Result<IntervalResult>& outcome
) {
    BackfillInterval& interval = *backfill.current;
    const bool good = outcome.ok() && !outcome->failed;
    interval.finished_at = now();
    interval.message = outcome.ok() ? outcome->message : outcome.error().describe();
    interval.rows = outcome.ok() ? outcome->rows : 0;
    backfill.cut_offs = 0;
    if (good) {
        interval.state = JobState::Succeeded;
        ++backfill.done;
        backfill.rows += interval.rows;
        backfill.taken_us += interval.finished_at.micros - interval.started_at.micros;
        if (!durable([&] { return records_->update(backfill, interval); })) return false;
        publish(one, backfill);
        return true;
    }
    const bool cancelled = one->cancelled->load();
    interval.state = backfill.state = cancelled ? JobState::Cancelled : JobState::Failed;
    backfill.message = cancelled ? "cancelled"
                                 : "the interval " + interval.interval.from + " to " +
                                       interval.interval.to + " failed: " + interval.message;
    end(one, backfill);
    return false;
}

void OpenBackfills::tell(const Backfill& backfill) {
    if (backfill.state != JobState::Failed || !parts_.tell) return;
    const auto told = parts_.tell(failure_notice(backfill, *backfill.current));
    if (!told.ok())
        log::error(
            "nobody could be told of a backfill that failed",
            {{"backfill", backfill.id}, {"reason", told.error().describe()}}
        );
}

// Told before it is written down: a crash between tells it again, with the same key.
void OpenBackfills::end(const Shared& one, Backfill backfill) {
    backfill.finished_at = now();
    tell(backfill);
    const auto record = [&] {
        return backfill.current ? records_->update(backfill, *backfill.current)
                                : records_->update(backfill);
    };
    if (!durable(record)) return;
    log::info(
        "a backfill is over",
        {{"backfill", backfill.id},
         {"package", backfill.request.package},
         {"state", to_string(backfill.state)}}
    );
    const Lock lock(mutex_);
    show_on(backfill);
    std::erase(under_way_, one);
    changed_.notify_all();
}

void OpenBackfills::carry_out(const Shared& one) {
    Backfill backfill;
    {
        const Lock lock(mutex_);
        backfill = one->backfill;
    }
    while (!leaving_->load()) {
        std::optional<BackfillInterval> next;
        const auto look = [&]() -> Result<void> {
            next = TRY(records_->next(backfill.id));
            return {};
        };
        if (!durable(look)) return;
        backfill.current = next;
        if (!next || one->cancelled->load()) {
            backfill.state = next ? JobState::Cancelled : JobState::Succeeded;
            backfill.message = next ? "cancelled" : "";
            return end(one, std::move(backfill));
        }
        if (!begin_interval(one, backfill, *next)) return;
        const auto outcome = make_interval(one, backfill, *next);
        const bool good = outcome.ok() && !outcome->failed;
        if (!good && leaving_->load()) return;
        backfill.current = next;
        if (!conclude(one, backfill, outcome)) return;
    }
}

}  // namespace tradewind::schedule
