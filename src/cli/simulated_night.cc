#include "cli/simulated_night.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "base/yaml.h"
#include "cli/night_files.h"
#include "cli/night_judge.h"
#include "cli/night_mails.h"
#include "cli/night_platform.h"
#include "cli/stopwatch.h"
#include "os/filesystem.h"

namespace tradewind::cli {

namespace {

constexpr std::array<std::string_view, 1> packages{"store_week"};
constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t step_us = 5 * second_us;
// A scan has looked at what is there, twice, by then.
constexpr std::int64_t scan_us = step_us;
constexpr const char* mail_wait = "?wait_ms=30000";
constexpr std::uint64_t manifest_bytes_max = 1 << 20;

// Its people are told by mails that are put into a folder.
constexpr std::string_view settings =
    "# A simulated night: nobody is really told.\n"
    "mail:\n  folder: mails\n  from: Tradewind <tradewind@example.org>\n";

Timestamp instant_of(const json::Value& value, const char* name) {
    const auto at = parse_iso(value.text_or(name, ""));
    return at.ok() ? *at : Timestamp{};
}

std::int64_t offset_us(const os::TimeZone& zone, Timestamp at) {
    return from_civil(zone.to_local(at)).micros - at.micros;
}

class Night {
public:
    Night(const Context& context, const NightOrder& order) : context_(context), order_(order) {
        report_.package = order.package;
        report_.date = order.date;
    }

    Result<NightReport> run() {
        TRY(prepare());
        while (platform_->now() < end_) {
            TRY(step());
            platform_->pass(step_us);
        }
        TRY(look_at_the_morning());
        return std::move(report_);
    }

private:
    Result<void> prepare();
    Result<void> make_workspace();
    Result<void> step();
    Result<void> deliver_files();
    Result<void> observe();
    Result<void> observe_mails();
    void observe_clocks();
    void observe_scans(const json::Value& sensor);
    Result<void> observe_job(const json::Value& sensor);
    Result<void> tell_run(const json::Value& job);
    Result<json::Value> sensor();
    Result<void> look_at_the_morning();
    void tell(Timestamp at, const std::string& kind, std::string text, std::int64_t real_us = 0);

    const Context& context_;
    const NightOrder& order_;
    NightReport report_;
    NightFiles files_;
    std::unique_ptr<NightPlatform> platform_;
    std::string landing_;
    Timestamp end_;
    Stopwatch watch_;  // of the step
    std::size_t next_arrival_ = 0;
    std::vector<Timestamp> scans_;  // to come
    std::int64_t offset_us_ = 0;    // the zone's, before this step
    std::string job_state_;         // as told
    std::int64_t notices_told_ = 0;
    NightFacts facts_;
};

void Night::tell(Timestamp at, const std::string& kind, std::string text, std::int64_t real_us) {
    at.micros -= at.micros % second_us;
    report_.events.push_back({at, kind, std::move(text), real_us});
    order_.tell(report_, report_.events.back());
}

Result<void> Night::make_workspace() {
    const auto files = os::make_posix_filesystem();
    TRY(context_.backend.init(order_.workspace, {order_.package}));
    TRY(os::write_file_atomic(*files, os::join(order_.workspace, "tradewind.yml"), settings));
    const std::string path =
        os::join(order_.workspace, "packages/" + order_.package + "/package.yml");
    const std::string manifest = TRY(os::read_file(*files, path, manifest_bytes_max));
    const auto document = TRY(yaml::parse(manifest, path));
    report_.zone = TRY(os::find_time_zone(TRY(document["timezone"].text_or("UTC"))));
    return {};
}

Result<void> Night::prepare() {
    if (std::ranges::find(packages, order_.package) == packages.end()) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "no night can be simulated of package '" + order_.package + "'"
        )
            .with_hint("There is store_week.");
    }
    TRY(make_workspace());
    files_ = TRY(make_night_files(order_.date, *report_.zone, order_.dump_folder));
    landing_ = os::join(order_.workspace, "landing/" + order_.package);
    const Timestamp start = TRY(local_instant(order_.date, *report_.zone, 1, 45));
    end_ = TRY(local_instant(order_.date, *report_.zone, 6, 0));
    offset_us_ = offset_us(*report_.zone, start);
    for (const std::string& path : files_.yesterdays) {
        Arrival old;
        old.name = os::base_name(path);
        old.from = path;
        TRY(deliver(old, landing_));
    }
    platform_ = TRY(NightPlatform::open(context_, order_.workspace, start));
    const json::Value watched = TRY(sensor());
    for (const json::Value& next : watched.find("next")->items()) {
        const Timestamp at = instant_of(next, "at");
        if (at < end_) scans_.push_back(at);
    }
    facts_.scans = scans_.size();
    tell(
        start,
        "file",
        "yesterday's " + std::to_string(files_.yesterdays.size()) +
            " files lie in landing, none of today's"
    );
    return {};
}

Result<json::Value> Night::sensor() {
    const json::Value all = TRY(platform_->get("/v1/schedules"));
    for (const json::Value& one : all.find("schedules")->items()) {
        if (one.text_or("package", "") == order_.package && one.text_or("kind", "") == "files")
            return one;
    }
    return Error(ErrorCode::NotFound, "package " + order_.package + " has no sensor of files");
}

Result<void> Night::step() {
    watch_.restart();
    observe_clocks();
    TRY(deliver_files());
    TRY(platform_->let_work());
    return observe();
}

Result<void> Night::deliver_files() {
    while (next_arrival_ < files_.arrivals.size() &&
           files_.arrivals[next_arrival_].at <= platform_->now()) {
        const Arrival& arrival = files_.arrivals[next_arrival_++];
        const auto bytes = static_cast<std::int64_t>(TRY(deliver(arrival, landing_)));
        const std::string how = !arrival.whole      ? " begins to arrive: half of it"
                                : arrival.continues ? " is whole now"
                                                    : " arrives";
        tell(platform_->now(), "file", arrival.name + how + ", " + format_bytes(bytes));
    }
    return {};
}

void Night::observe_clocks() {
    const std::int64_t now_us = offset_us(*report_.zone, platform_->now());
    const std::int64_t change_us = now_us - std::exchange(offset_us_, now_us);
    if (change_us == 0) return;
    const std::string length = format_duration_us(change_us < 0 ? -change_us : change_us);
    tell(
        platform_->now(),
        "clock",
        std::string("the clocks of ") + report_.zone->name() + " are set " +
            (change_us > 0 ? "forward" : "back") + " by " + length
    );
}

Result<void> Night::observe() {
    const json::Value watched = TRY(sensor());
    TRY(observe_job(watched));
    observe_scans(watched);
    return observe_mails();
}

void Night::observe_scans(const json::Value& sensor) {
    if (scans_.empty() || platform_->now().micros < scans_.front().micros + scan_us) return;
    scans_.erase(scans_.begin());
    if (!job_state_.empty()) return;
    const std::string missing = sensor.text_or("waiting", "");
    facts_.waited.push_back(missing);
    tell(
        platform_->now(),
        "scan",
        (scans_.empty() ? "the last scan starts nothing: " : "the scan starts nothing: ") + missing,
        watch_.elapsed_us()
    );
}

Result<void> Night::observe_job(const json::Value& sensor) {
    const json::Value* job = sensor.find("last_job");
    if (job == nullptr || job->is_null()) return {};
    const std::string state = job->text_or("state", "");
    if (state == job_state_) return {};
    if (job_state_.empty()) {
        facts_.started_at = instant_of(*job, "queued_at");
        tell(
            facts_.started_at,
            "job",
            "all " + std::to_string(files_.rows.size()) + " files of " + job->text_or("date", "") +
                " are there and whole: job " + std::to_string(job->integer_or("id", 0)) + " of " +
                sensor.text_or("name", "") + " starts"
        );
    }
    job_state_ = state;
    if (state == "waiting" || state == "running") return {};
    facts_.job = *job;
    return tell_run(*job);
}

Result<void> Night::tell_run(const json::Value& job) {
    for (const json::Value& step : job.find("steps")->items()) {
        for (const json::Value& id : step.find("runs")->items()) {
            const json::Value run = TRY(platform_->get("/v1/runs/" + id.text()));
            const std::size_t made = run.find("assets")->items().size();
            tell(
                instant_of(job, "finished_at"),
                "run",
                "run " + id.text() + " " + run.text_or("state", "") + ": " + std::to_string(made) +
                    " assets, published together",
                watch_.elapsed_us()
            );
        }
    }
    const auto files = os::make_posix_filesystem();
    const std::string exports = os::join(order_.workspace, "exports/" + order_.package);
    const auto entries = files->list(exports);
    if (!entries.ok()) return {};
    for (const os::FileInfo& entry : *entries) {
        const auto bytes = static_cast<std::int64_t>(entry.size);
        tell(
            instant_of(job, "finished_at"),
            "export",
            "exports/" + order_.package + "/" + entry.name + ", " + format_bytes(bytes)
        );
    }
    return {};
}

// Each is waited for: its mails have been delivered, or cannot be.
Result<void> Night::observe_mails() {
    const json::Value list = TRY(platform_->get("/v1/notices?limit=100"));
    std::vector<json::Value> fresh;
    for (const json::Value& one : list.find("notices")->items()) {
        if (one.integer_or("id", 0) > notices_told_) fresh.insert(fresh.begin(), one);
    }
    for (const json::Value& one : fresh) {
        notices_told_ = one.integer_or("id", 0);
        const json::Value notice =
            TRY(platform_->get("/v1/notices/" + std::to_string(notices_told_) + mail_wait));
        facts_.notices.push_back(notice);
        const std::string kind = notice.text_or("kind", "");
        for (const Mail& mail : TRY(mails_of(os::join(order_.workspace, "mails"), kind))) {
            facts_.mails.push_back(mail);
            tell(
                platform_->now(),
                "mail",
                "to " + mail.to + ": " + mail.subject +
                    (mail.attachments.empty() ? "" : " (with " + mail.attachments.front() + ")")
            );
        }
    }
    return {};
}

Result<void> Night::look_at_the_morning() {
    facts_.files = files_;
    NightJudge judge(order_, facts_, *platform_);
    report_.tables = TRY(judge.tables());
    report_.problems = TRY(judge.problems());
    json::Value body = json::Value::object();
    body.set("limit", std::int64_t{5});
    auto lost = platform_->post("/v1/queries/" + order_.package + "/lost_to_stock", body);
    if (lost.ok()) report_.lost = std::move(lost).take();
    return {};
}

}  // namespace

std::string local_time(const os::TimeZone& zone, Timestamp at) {
    constexpr std::size_t date_size = 11;  // "2025-07-01T"
    constexpr std::size_t time_size = 8;
    return format_iso(from_civil(zone.to_local(at))).substr(date_size, time_size);
}

Result<NightReport> simulate_night(const Context& context, const NightOrder& order) {
    return Night(context, order).run();
}

}  // namespace tradewind::cli
