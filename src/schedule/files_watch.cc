#include "schedule/files_watch.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"

namespace tradewind::schedule {

namespace {

constexpr std::size_t scans_max = 2 * 24 * 60;  // of one day

// All that fall on that local day; ascending.
std::vector<Timestamp> scans_of_day(const Trigger& trigger, Timestamp now) {
    const std::string today = local_date(*trigger.zone, now);
    const CivilTime local = trigger.zone->to_local(now);
    const CivilTime midnight{local.year, local.month, local.day};
    const Timestamp start{trigger.zone->to_utc(midnight).micros - 1};
    std::vector<Timestamp> scans;
    for (const Cron& time : trigger.times) {
        auto scan = time.next(start);
        while (scan && local_date(*trigger.zone, *scan) == today && scans.size() < scans_max) {
            scans.push_back(*scan);
            scan = time.next(*scan);
        }
    }
    std::ranges::sort(scans);
    return scans;
}

}  // namespace

std::string local_date(const os::TimeZone& zone, Timestamp at) {
    return format_date(to_days(from_civil(zone.to_local(at))));
}

FilesWatch::FilesWatch(
    const Trigger& trigger, const SchedulerOptions& options, os::Filesystem& files, Records& records
)
    : trigger_(trigger),
      key_{trigger.package, trigger.name},
      patience_us_(std::max(options.patience_us, 2 * trigger.files.settle_us)),
      records_(records),
      set_(trigger.files, options.landing_folder, files) {}

// A day that has started has no scan that could end, whatever day it is by now.
Result<void> FilesWatch::take_changes() {
    if (!changed_) return {};
    if (!record_.date.empty()) record_ = TRY(records_.date(key_, record_.date));
    if (record_.state == "started") scanning_.reset();
    changed_ = false;
    return {};
}

Result<void> FilesWatch::enter_day(Timestamp now) {
    TRY(take_changes());
    const std::string date = local_date(*trigger_.zone, now);
    if (record_.date == date) return {};
    // A last scan just before midnight ends with the day.
    if (scanning_ && scanning_ == scans_.back()) TRY(keep("missing", waiting_));
    DateRecord record = TRY(records_.date(key_, date));
    record_ = std::move(record);
    scans_ = scans_of_day(trigger_, now);
    set_.begin(date);
    scanning_.reset();
    next_look_us_ = 0;
    waiting_ = record_.state == "asked" ? waits_for_word() : "";
    return {};
}

std::string FilesWatch::waits_for_word() const {
    return "the set of " + record_.date + " came late and waits for a person's word";
}

void FilesWatch::begin_scan(Instant now, Timestamp since) {
    const Timestamp done =
        std::max({record_.scanned_until, since, scanning_.value_or(Timestamp{})});
    const auto after = std::ranges::upper_bound(scans_, now.at);
    if (after == scans_.begin() || *std::prev(after) <= done) return;
    scanning_ = *std::prev(after);
    began_us_ = now.us;
    next_look_us_ = now.us;
}

bool FilesWatch::is_final(Instant now, const SetStanding& standing) const {
    if (standing.examining) return false;
    const std::int64_t taken_us = now.us - began_us_;
    return taken_us >= (standing.absent.empty() ? patience_us_ : trigger_.files.settle_us);
}

Result<void> FilesWatch::keep(const std::string& state, const std::string& missing) {
    DateRecord record = record_;
    record.state = state;
    record.missing = missing;
    if (scanning_) record.scanned_until = *scanning_;
    record.told = state.empty();
    TRY(records_.update(key_, record));
    record_ = std::move(record);
    news_ = news_ || !record_.told;
    return {};
}

Result<void> FilesWatch::end_scan(Instant now, const SetStanding& standing) {
    if (!is_final(now, standing)) return {};
    const bool last = scanning_ == scans_.back();
    TRY(keep(last ? "missing" : "", last ? standing.text() : ""));
    scanning_.reset();
    return {};
}

Result<std::optional<FilesWatch::Params>> FilesWatch::tick(Instant now, Timestamp since) {
    TRY(enter_day(now.at));
    if (record_.state == "started") {
        waiting_.clear();
        return std::optional<Params>();
    }
    begin_scan(now, since);
    const bool late = record_.state == "missing";
    if ((!scanning_ && !late) || now.us < next_look_us_) return std::optional<Params>();
    set_.look(now.us);
    SetStanding standing = set_.standing(now.us);
    next_look_us_ = now.us + trigger_.files.settle_us;
    // What is being looked at is asked after sooner than files that may change.
    if (standing.examining) next_look_us_ = now.us;
    for (Examination& one : standing.to_examine) examinations_.push_back(std::move(one));
    waiting_ = standing.text();
    if (standing.whole()) {
        if (!late || scanning_ || !trigger_.files.ask)
            return std::optional<Params>(standing.params);
        TRY(keep("asked", record_.missing));
        waiting_ = waits_for_word();
    } else if (scanning_) {
        TRY(end_scan(now, standing));
    }
    return std::optional<Params>();
}

}  // namespace tradewind::schedule
