// What people are told of jobs and of files that did not come: each notice until it is taken.
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "schedule/open_scheduler.h"

namespace tradewind::schedule {

namespace {

std::string plural_runs(const Job& job) {
    std::string text;
    for (const JobStep& step : job.steps) {
        for (const std::int64_t run : step.runs)
            text += (text.empty() ? "" : ", ") + std::to_string(run);
    }
    return text;
}

Notice notice_of(const Job& job, const std::string& kind) {
    Notice notice;
    notice.kind = kind;
    notice.package = job.package;
    notice.subject = job.trigger;
    notice.at = job.finished_at;
    notice.key = kind + ":" + job.package + ":" + job.trigger + ":job-" + std::to_string(job.id);
    notice.facts = {
        {"schedule", job.trigger},
        {"job", std::to_string(job.id)},
        {"date", job.date},
        {"state", to_string(job.state)},
        {"due_at", format_iso(job.due_at) + "Z"},
        {"run", plural_runs(job)},
        {"duration", format_duration_us(job.finished_at.micros - job.started_at.micros)},
    };
    return notice;
}

const JobStep* failed_step(const Job& job) {
    for (const JobStep& step : job.steps) {
        if (step.state == JobState::Failed || step.state == JobState::CutOff) return &step;
    }
    return nullptr;
}

Notice failure_notice(const Job& job) {
    const JobStep* step = failed_step(job);
    Notice notice = notice_of(job, step == nullptr ? "failure" : step->notice);
    notice.title = job.package + ":" + job.trigger +
                   (job.state == JobState::CutOff ? " was cut off" : " failed");
    notice.text = "Job " + std::to_string(job.id) + " of " + job.package + ":" + job.trigger +
                  ", due at " + format_iso(job.due_at) + "Z, " +
                  (job.state == JobState::CutOff ? "was cut off" : "failed") + ".\n" + job.message +
                  "\nOnce the cause is mended: tradewind schedules start " + job.package + ":" +
                  job.trigger;
    notice.facts["error"] = job.message;
    if (step == nullptr) return notice;
    notice.facts["step"] = step->kind;
    const std::string runs = plural_runs(job);
    if (!runs.empty()) notice.text += "\nWhat its run told: tradewind run-log " + runs;
    return notice;
}

Notice good_notice(const Job& job, const std::string& kind, const std::string& what) {
    Notice notice = notice_of(job, kind);
    notice.title = job.package + ":" + job.trigger + " " + what;
    notice.text = "Job " + std::to_string(job.id) + " of " + job.package + ":" + job.trigger +
                  ", due at " + format_iso(job.due_at) + "Z, succeeded.";
    if (!job.message.empty()) notice.text += "\n" + job.message;
    return notice;
}

Notice date_notice(const Trigger& trigger, const DateRecord& date, Timestamp at) {
    const bool missing = date.state != "asked";
    Notice notice;
    notice.kind = missing ? "missing_files" : "question";
    notice.package = trigger.package;
    notice.subject = trigger.name;
    notice.at = at;
    notice.key = notice.kind + ":" + trigger.text() + ":" + date.date;
    notice.facts = {
        {"schedule", trigger.name},
        {"sensor", trigger.name},
        {"date", date.date},
        {"missing", date.missing}
    };
    const std::string path = "/v1/schedules/" + trigger.package + "/" + trigger.name + "/start";
    if (missing) {
        notice.title = trigger.text() + ": files of " + date.date + " are missing";
        notice.text = "At the last scan of " + date.date +
                      " the set was not whole: " + date.missing + ".\n" +
                      (trigger.files.ask ? "When it is, you will be asked whether to start."
                                         : "It starts by itself when it is.");
        return notice;
    }
    notice.title = trigger.text() + ": the files of " + date.date + " came late; start?";
    notice.text = "The set of " + date.date +
                  " is whole now, after the last scan. To start: " + "tradewind schedules start " +
                  trigger.text() + " --date " + date.date + ", or POST " + path + " {\"date\": \"" +
                  date.date + "\"}.";
    notice.facts["answer"] = path;
    return notice;
}

}  // namespace

Result<void> OpenScheduler::tell_job(const Job& job) {
    if (job.state == JobState::Failed || job.state == JobState::CutOff)
        TRY(parts_.tell(failure_notice(job)));
    if (job.state == JobState::Succeeded) {
        TRY(parts_.tell(good_notice(job, "success", "succeeded")));
        const auto before = TRY(records_->state_before(job));
        const bool late = !TRY(records_->date({job.package, job.trigger}, job.date))
        .missing.empty();
        if (late || before == JobState::Failed || before == JobState::CutOff)
            TRY(parts_.tell(good_notice(job, "recovery", "is well again")));
    }
    return records_->note_told(job.id);
}

Result<void> OpenScheduler::tell_date(const TriggerKey& key, const DateRecord& date) {
    const auto lane = lanes_.find(key);
    if (lane != lanes_.end())
        TRY(parts_.tell(date_notice(lane->second->trigger, date, parts_.clock->now())));
    return records_->note_told(key, date);
}

void OpenScheduler::tell_all() {
    const auto tell = [&]() -> Result<void> {
        for (const auto& [key, date] : TRY(records_->untold_dates())) TRY(tell_date(key, date));
        for (const Job& job : TRY(records_->untold())) TRY(tell_job(job));
        return {};
    };
    const auto told = tell();
    const std::string why = told.ok() ? "" : told.error().describe();
    const Lock lock(mutex_);
    if (!told.ok()) news_ = true;
    if (!why.empty() && why != untold_why_)
        log::warn("a notice cannot be told; it is tried again", {{"reason", why}});
    untold_why_ = why;
}

}  // namespace tradewind::schedule
