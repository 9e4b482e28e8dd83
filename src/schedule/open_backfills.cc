#include "schedule/open_backfills.h"

#include <algorithm>

namespace tradewind::schedule {

Result<void> OpenBackfills::start() {
    if (options_.watch) {
        for (Backfill& backfill : TRY(records_->unfinished())) {
            const bool begun = backfill.current && backfill.current->state == JobState::Running;
            if (begun) ++backfill.cut_offs;
            TRY(records_->update(backfill));
            enqueue(std::move(backfill), begun);
        }
    }
    for (int i = 0; i < options_.at_once; ++i) threads_.emplace_back([this] { work(); });
    return {};
}

void OpenBackfills::stop() {
    {
        const Lock lock(mutex_);
        leaving_->store(true);
        for (const Shared& one : under_way_) one->stop();
        changed_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void OpenBackfills::enqueue(Backfill backfill, bool resumed) {
    auto one = std::make_shared<BackfillUnderWay>();
    one->backfill = std::move(backfill);
    one->resumed = resumed;
    under_way_.push_back(std::move(one));
    show_on(under_way_.back()->backfill);
    changed_.notify_all();
}

OpenBackfills::Shared OpenBackfills::find(std::int64_t id) const {
    const auto found =
        std::ranges::find_if(under_way_, [&](const Shared& one) { return one->backfill.id == id; });
    return found == under_way_.end() ? nullptr : *found;
}

// Those of one package follow each other.
OpenBackfills::Shared OpenBackfills::take() {
    for (const Shared& one : under_way_) {
        const bool held = std::ranges::any_of(under_way_, [&](const Shared& other) {
            return other->taken && other->backfill.request.package == one->backfill.request.package;
        });
        if (held) continue;
        one->taken = true;
        return one;
    }
    return nullptr;
}

void OpenBackfills::work() {
    while (true) {
        Shared one;
        {
            Lock lock(mutex_);
            changed_.wait(lock, [&] { return leaving_->load() || (one = take()) != nullptr; });
            if (leaving_->load()) return;
        }
        carry_out(one);
    }
}

Result<std::unique_ptr<Backfills>> open_backfills(BackfillOptions options, BackfillParts parts) {
    auto records = TRY(BackfillRecords::open(*parts.database, options.kept));
    return std::unique_ptr<Backfills>(
        std::make_unique<OpenBackfills>(options, std::move(parts), std::move(records))
    );
}

}  // namespace tradewind::schedule
