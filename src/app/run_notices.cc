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
const std::string hand_subject = "run ";
// The fact of a notice that names them, apart by blanks.
constexpr const char* assets_fact = "assets";

std::string failed_assets(const Run& run) {
    std::string names;
    for (const pipeline::AssetRun& asset : run.assets) {
        if (asset.state != RunState::Failed) continue;
        names += (names.empty() ? "" : " ") + asset.asset;
    }
    return names;
}

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
    notice.facts[assets_fact] = failed_assets(run);
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
    notice.subject = hand_subject + id;
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

void FailingAssets::recall(
    const std::vector<notify::NoticeRecord>& told,
    const std::function<bool(const notify::Notice& notice)>& about
) {
    std::set<std::string> well;  // packages, told of since
    for (const notify::NoticeRecord& record : told) {
        const notify::Notice& notice = record.notice;
        if (!about(notice) || well.contains(notice.package)) continue;
        if (notice.kind == "recovery") {
            well.insert(notice.package);
            continue;
        }
        const auto assets = notice.facts.find(assets_fact);
        const std::string names = assets == notice.facts.end() ? "" : assets->second;
        failing_.with_lock([&](auto& failing) {
            for (const std::string& name : split(names, ' ')) failing[notice.package].insert(name);
        });
    }
}

bool FailingAssets::add(const Run& run) {
    return failing_.with_lock([&](auto& failing) {
        std::set<std::string>& assets = failing[run.package];
        const bool first = assets.empty();
        for (const std::string& name : split(failed_assets(run), ' ')) assets.insert(name);
        return first;
    });
}

bool FailingAssets::mend(const Run& run, bool all) {
    return failing_.with_lock([&](auto& failing) {
        const auto known = failing.find(run.package);
        if (known == failing.end()) return false;
        known->second.erase("");  // a run that did not begin: this one did
        for (const pipeline::AssetRun& asset : run.assets) known->second.erase(asset.asset);
        if (!all && !known->second.empty()) return false;
        failing.erase(known);
        return true;
    });
}

RefreshNotices::RefreshNotices(const std::vector<notify::NoticeRecord>& told) {
    failing_.recall(told, [](const notify::Notice& notice) {
        return notice.subject == refresh_subject;
    });
}

std::optional<notify::Notice> RefreshNotices::notice_of(const Run& run) {
    const bool own = tells_of_it(run, "refresh");
    const bool failed = run.state == RunState::Failed;
    if (!own && (failed || !tells_of_it(run, "asked"))) return std::nullopt;
    const bool changes = failed ? failing_.add(run) : failing_.mend(run, own);
    if (!changes) return std::nullopt;
    notify::Notice notice = own ? notice_about(run, "refresh", "which followed new rows")
                                : notice_about(run, "hand", "begun by hand");
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

HandRecoveries::HandRecoveries(const std::vector<notify::NoticeRecord>& told) {
    failing_.recall(told, [](const notify::Notice& notice) {
        const auto by = notice.facts.find("by");
        const bool by_hand = by != notice.facts.end() && by->second == "hand";
        const bool tables_follow = notice.subject == refresh_subject && notice.kind == "recovery";
        const bool of_run = notice.subject.starts_with(hand_subject) && notice.kind != "success";
        return of_run || (tables_follow && by_hand);
    });
}

std::optional<notify::Notice> HandRecoveries::notice_of(const Run& run) {
    if (run.state == RunState::Failed && run.reason == "asked") failing_.add(run);
    if (run.state != RunState::Succeeded || !failing_.mend(run, false)) return std::nullopt;
    const std::string id = std::to_string(run.id);
    notify::Notice notice = run.reason == "asked" ? notice_about(run, "hand", "begun by hand")
                            : run.reason == "refresh"
                                ? notice_about(run, "refresh", "which followed new rows")
                                : notice_about(run, "schedule", "begun by " + run.reason);
    notice.subject = hand_subject + id;
    notice.kind = "recovery";
    notice.title = run.package + ": what failed is made again by run " + id;
    notice.key = "recovery:run-" + id + ":" + std::to_string(run.finished_at.micros);
    return notice;
}

void RunNotices::on_run(const Run& run) {
    if (run.reason != "refresh") tell(run, notice_of(run));
    const auto refreshed = refreshes_.notice_of(run);
    const auto recovered = recoveries_.notice_of(run);
    tell(run, refreshed ? refreshed : recovered);
}

void RunNotices::tell(const Run& run, const std::optional<notify::Notice>& notice) {
    if (!notice) return;
    const auto told = notifier_.tell(*notice);
    if (told.ok()) return;
    log::error(
        "nobody could be told of a run", {{"run", run.id}, {"reason", told.error().describe()}}
    );
}

}  // namespace tradewind::app
