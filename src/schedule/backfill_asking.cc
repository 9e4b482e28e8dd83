// What people and programs ask of backfills.
#include <chrono>

#include "base/check.h"
#include "schedule/intervals.h"
#include "schedule/open_backfills.h"

namespace tradewind::schedule {

Result<std::vector<Interval>> OpenBackfills::plan(const BackfillRequest& request) {
    TRY(parts_.check(request));
    const auto zone = parts_.zones.find(request.package);
    CHECK(zone != parts_.zones.end());  // check() knows the packages
    return cut_into_intervals(request, *zone->second, options_.intervals_max);
}

Result<Backfill> OpenBackfills::submit(const BackfillRequest& request) {
    const std::vector<Interval> intervals = TRY(plan(request));
    Backfill backfill;
    backfill.request = request;
    backfill.zone = parts_.zones.at(request.package)->name();
    backfill.queued_at = now();
    const Lock lock(mutex_);
    if (under_way_.size() >= options_.waiting_max) {
        return Error(ErrorCode::ResourceExhausted, "too many backfills wait already")
            .with_hint("Wait until some of them are over, or cancel them.");
    }
    TRY(records_->add(backfill, intervals));
    backfill = TRY(records_->show(backfill.id));
    enqueue(backfill, false);
    return backfill;
}

Result<Backfill> OpenBackfills::show(std::int64_t id) {
    const Lock lock(mutex_);
    if (const Shared one = find(id)) return one->backfill;
    return records_->show(id);
}

Result<std::vector<Backfill>> OpenBackfills::list(std::int64_t limit) {
    const Lock lock(mutex_);
    return records_->list(limit);
}

Result<std::vector<BackfillInterval>> OpenBackfills::intervals(
    std::int64_t id, std::int64_t after, std::int64_t limit
) {
    const Lock lock(mutex_);
    TRY(records_->show(id));
    return records_->intervals(id, after, limit);
}

Result<Backfill> OpenBackfills::wait(std::int64_t id, std::int64_t timeout_us) {
    {
        Lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::microseconds(timeout_us), [&] {
            return leaving_->load() || find(id) == nullptr;
        });
    }
    return show(id);
}

Result<Backfill> OpenBackfills::cancel(std::int64_t id) {
    const Lock lock(mutex_);
    const Shared one = find(id);
    Backfill backfill = one != nullptr ? one->backfill : TRY(records_->show(id));
    if (one == nullptr && is_over(backfill.state)) {
        return Error(
            ErrorCode::Conflict, name_of(backfill) + " is over: " + to_string(backfill.state)
        );
    }
    if (one != nullptr && one->taken) {
        one->stop();
        return backfill;
    }
    backfill.state = JobState::Cancelled;
    backfill.message = "cancelled";
    backfill.finished_at = now();
    TRY(records_->update(backfill));
    show_on(backfill);
    std::erase(under_way_, one);
    changed_.notify_all();
    return backfill;
}

Result<Backfill> OpenBackfills::resume(std::int64_t id) {
    const Lock lock(mutex_);
    Backfill backfill = TRY(records_->show(id));
    if (find(id) != nullptr) return Error(ErrorCode::Conflict, name_of(backfill) + " is under way");
    if (backfill.state == JobState::Succeeded)
        return Error(
                   ErrorCode::Conflict,
                   name_of(backfill) + " succeeded: there is nothing to go on with"
        )
            .with_hint("Begin another; force makes again what is up to date.");
    TRY(parts_.check(backfill.request));
    const bool cut_off = backfill.current && backfill.current->state == JobState::Running;
    backfill.state = JobState::Waiting;
    backfill.message.clear();
    backfill.cut_offs = 0;
    backfill.finished_at = {};
    TRY(records_->update(backfill));
    enqueue(backfill, cut_off);
    return backfill;
}

}  // namespace tradewind::schedule
