#include "app/run_notices.h"

#include "app/run_following.h"
#include "base/log.h"
#include "base/text.h"

namespace tradewind::app {

namespace {

using pipeline::Run;
using pipeline::RunState;

// No schedule or sensor has a name with a blank.
constexpr const char* refresh_subject = "new rows";

// What every notice of a run says; `begun` is how it came to be: "begun by hand".
notify::Notice notice_about(const Run& run, const std::string& by, const std::string& begun) {
    const std::string id = std::to_string(run.id);
    notify::Notice notice;
    notice.package = run.package;
    notice.at = run.finished_at;
    notice.facts = {
        {"by", by},
        {"run", id},
        {"state", to_string(run.state)},
        {"duration", format_duration_us(run.finished_at.micros - run.started_at.micros)}
    };
    if (run.state != RunState::Failed) {
        notice.text = "Run " + id + " of " + run.package + ", " + begun + ", succeeded.";
        return notice;
    }
    const RunFailure failure = failure_of(run);
    notice.kind = failure.blocked ? "failed_checks" : "failure";
    notice.text = "Run " + id + " of " + run.package + ", " + begun + ", failed.\n" + failure.text +
                  "\nWhat it told: tradewind run-log " + id;
    notice.facts["error"] = failure.text;
    return notice;
}

bool tells_of_it(const Run& run, const std::string& reason) {
    return run.reason == reason &&
           (run.state == RunState::Succeeded || run.state == RunState::Failed);
}

}  // namespace

std::optional<notify::Notice> notice_of(const Run& run) {
    if (!tells_of_it(run, "asked")) return std::nullopt;
    const std::string id = std::to_string(run.id);
    notify::Notice notice = notice_about(run, "hand", "begun by hand");
    notice.subject = "run " + id;
    if (run.state == RunState::Failed) {
        notice.title = run.package + ": run " + id + " failed";
        notice.text += "\nOnce the cause is mended: tradewind run --resume " + id;
    } else {
        notice.kind = "success";
        notice.title = run.package + ": run " + id + " succeeded";
    }
    // One that is gone on with may end again.
    notice.key = notice.kind + ":run-" + id + ":" + std::to_string(run.finished_at.micros);
    return notice;
}

RefreshNotices::RefreshNotices(const std::vector<notify::NoticeRecord>& told) {
    std::set<std::string> known;
    for (const notify::NoticeRecord& record : told) {
        const notify::Notice& notice = record.notice;
        if (notice.subject != refresh_subject || !known.insert(notice.package).second) continue;
        if (notice.kind == "recovery") continue;
        failing_.with_lock([&](std::set<std::string>& failing) { failing.insert(notice.package); });
    }
}

std::optional<notify::Notice> RefreshNotices::notice_of(const Run& run) {
    if (!tells_of_it(run, "refresh")) return std::nullopt;
    const bool failed = run.state == RunState::Failed;
    const bool changes = failing_.with_lock([&](std::set<std::string>& failing) {
        return failed ? failing.insert(run.package).second : failing.erase(run.package) > 0;
    });
    if (!changes) return std::nullopt;
    notify::Notice notice = notice_about(run, "refresh", "which followed new rows");
    notice.subject = refresh_subject;
    if (failed) {
        notice.title = run.package + ": tables no longer follow new rows";
        notice.text +=
            "\nIt is tried again with the next rows; you are told when it goes well again.";
    } else {
        notice.kind = "recovery";
        notice.title = run.package + ": tables follow new rows again";
    }
    notice.key = notice.kind + ":refresh-" + std::to_string(run.id);
    return notice;
}

void RunNotices::on_run(const Run& run) {
    const auto notice = run.reason == "refresh" ? refreshes_.notice_of(run) : notice_of(run);
    if (!notice) return;
    const auto told = notifier_.tell(*notice);
    if (told.ok()) return;
    log::error(
        "nobody could be told of a run", {{"run", run.id}, {"reason", told.error().describe()}}
    );
}

}  // namespace tradewind::app
