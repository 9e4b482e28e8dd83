// The part of a run that publishes all of its tables, or none.
#include <algorithm>

#include "pipeline/runner.h"

namespace tradewind::pipeline {

// Those that were made and wait are published, or will not be.
void Runner::publish_together() {
    const Run run = job_.snapshot();
    const bool failed = std::ranges::any_of(run.assets, [&](const AssetRun& one) {
        return one.state == RunState::Failed || one.state == RunState::Cancelled;
    });
    if (failed || stopped()) {
        tell_together(Error(
            ErrorCode::Conflict,
            "not published: another asset of the run was not made, and they are published together"
        ));
        return;
    }
    const auto published = publication_->publish();
    if (!published.ok()) fail_run(published.error());
    tell_together(published);
}

void Runner::tell_together(const Result<Publication::Made>& published) {
    const Run run = job_.snapshot();
    for (std::size_t place = 0; place < run.assets.size(); ++place) {
        if (run.assets[place].state != RunState::Running) continue;
        Making making;
        making.place = place;
        making.outcome = run.assets[place];
        making.outcome.finished_at = parts_.clock->now();
        making.outcome.message = published.ok() ? "" : published.error().message();
        making.outcome.state = published.ok() ? RunState::Succeeded : RunState::Cancelled;
        if (published.ok()) {
            for (const auto& [prepared, version] : *published) {
                if (prepared.asset->name.text() == making.outcome.asset)
                    tell_published(prepared, version, making.outcome);
            }
            tell(making, "info", made_text(making.outcome));
        }
        record(making);
    }
}

}  // namespace tradewind::pipeline
