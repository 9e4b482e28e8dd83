#include "app/hand_runs.h"

#include "app/run_following.h"
#include "base/log.h"
#include "base/text.h"

namespace tradewind::app {

namespace {

using pipeline::Run;
using pipeline::RunState;

notify::Notice failure_notice(const Run& run, notify::Notice notice) {
    const std::string id = std::to_string(run.id);
    const RunFailure failure = failure_of(run);
    notice.kind = failure.blocked ? "failed_checks" : "failure";
    notice.title = run.package + ": run " + id + " failed";
    notice.text = "Run " + id + " of " + run.package + ", begun by hand, failed.\n" + failure.text +
                  "\nWhat it told: tradewind run-log " + id +
                  "\nOnce the cause is mended: tradewind run --resume " + id;
    notice.facts["error"] = failure.text;
    return notice;
}

}  // namespace

std::optional<notify::Notice> notice_of(const Run& run) {
    const bool good = run.state == RunState::Succeeded;
    if (run.reason != "asked" || (!good && run.state != RunState::Failed)) return std::nullopt;
    const std::string id = std::to_string(run.id);
    notify::Notice notice;
    notice.package = run.package;
    notice.subject = "run " + id;
    notice.at = run.finished_at;
    notice.facts = {
        {"by", "hand"},
        {"run", id},
        {"state", to_string(run.state)},
        {"duration", format_duration_us(run.finished_at.micros - run.started_at.micros)}
    };
    if (!good) {
        notice = failure_notice(run, std::move(notice));
    } else {
        notice.kind = "success";
        notice.title = run.package + ": run " + id + " succeeded";
        notice.text = "Run " + id + " of " + run.package + ", begun by hand, succeeded.";
    }
    // One that is gone on with may end again.
    notice.key = notice.kind + ":run-" + id + ":" + std::to_string(run.finished_at.micros);
    return notice;
}

void HandRuns::on_run(const Run& run) {
    const auto notice = notice_of(run);
    if (!notice) return;
    const auto told = notifier_.tell(*notice);
    if (told.ok()) return;
    log::error(
        "nobody could be told of a run", {{"run", run.id}, {"reason", told.error().describe()}}
    );
}

}  // namespace tradewind::app
