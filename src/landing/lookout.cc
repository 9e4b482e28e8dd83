#include "landing/lookout.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "os/file_end.h"

namespace tradewind::landing {

namespace {

constexpr std::size_t files_at_once = 1000;

LandedFile landed(const os::FileInfo& info, const std::string& name) {
    return {name, info.size, info.modified_at};
}

bool same(const LandedFile& a, const LandedFile& b) {
    return a.size == b.size && a.modified_at.micros == b.modified_at.micros;
}

}  // namespace

Lookout::Lookout(LandingOptions options, LookoutParts parts, HandedOver handed)
    : options_(std::move(options)), parts_(std::move(parts)), handed_(std::move(handed)) {}

// ------------------------------------------------------------------ what is there

void Lookout::closed(const std::string& path) {
    const auto info = parts_.files->info(path);
    if (!info.ok() || info->folder) return;
    wait_for(*info, name_of(path), true);
}

void Lookout::scan_below(const std::string& path) {
    if (place_of(name_of(path), parts_.sources).standing == Standing::Passed) return;
    Found found;
    scan_folder(path, found, true);
}

void Lookout::scan() {
    Found found;
    scan_failed_ = false;
    scan_folder(options_.folder, found, false);
    // What could not be looked into is not gone.
    if (!scan_failed_) forget_all_but(found);
}

void Lookout::scan_folder(const std::string& path, Found& found, bool fresh) {
    std::vector<std::string> folders = {path};
    while (!folders.empty()) {
        const std::string folder = std::move(folders.back());
        folders.pop_back();
        parts_.found_folder(folder);
        const auto entries = parts_.files->list(folder);
        if (!entries.ok()) {
            scan_failed_ = true;
            report(name_of(folder), entries.error().describe());
            continue;
        }
        for (const os::FileInfo& entry : *entries) {
            const std::string below = os::join(folder, entry.name);
            if (entry.folder && !entry.link) {
                if (place_of(name_of(below), parts_.sources).standing != Standing::Passed)
                    folders.push_back(below);
            } else {
                found.insert(name_of(below));
                take_entry(entry, name_of(below), fresh);
            }
        }
    }
}

void Lookout::take_entry(const os::FileInfo& info, const std::string& name, bool fresh) {
    if (waiting_.contains(name) || handed_.holds(landed(info, name))) return;
    // What nobody writes in a folder that just came was closed before the folder was watched; who
    // opens it later is told of.
    wait_for(info, name, fresh && parts_.writers(path_of(name)) == os::Writers::None);
}

void Lookout::wait_for(const os::FileInfo& info, const std::string& name, bool closed) {
    const Place place = place_of(name, parts_.sources);
    if (place.standing == Standing::Passed) return;
    // Who may put a file here need not be one who may read what the link leads to.
    if (is_link(name)) return report(name, "it is a link; put the file itself here");
    if (place.standing == Standing::Stray) return report(name, place.why);
    const std::int64_t now_us = parts_.clock->monotonic_us();
    waiting_[name] = {
        landed(info, name), place.source, now_us, now_us + options_.settle_us, closed
    };
}

bool Lookout::is_link(const std::string& name) const {
    const auto folder = os::real_path(options_.folder);
    const auto file = os::real_path(path_of(name));
    return folder.ok() && file.ok() && *file != os::join(*folder, name);
}

void Lookout::forget_all_but(const Found& found) {
    std::erase_if(waiting_, [&](const auto& one) { return !found.contains(one.first); });
    std::erase_if(reported_, [&](const auto& one) { return !found.contains(one.first); });
    std::vector<std::string> gone;
    for (std::string& name : handed_.names()) {
        if (!found.contains(name)) gone.push_back(std::move(name));
    }
    const auto forgotten = handed_.forget(gone);
    if (!forgotten.ok())
        log::warn("landing cannot forget files", {{"reason", forgotten.error().describe()}});
}

// ------------------------------------------------------------------ what is whole

std::optional<std::int64_t> Lookout::next_look_us() const {
    std::optional<std::int64_t> next;
    for (const auto& [name, waiting] : waiting_)
        next = std::min(next.value_or(waiting.due_us), waiting.due_us);
    return next;
}

void Lookout::look() {
    const std::int64_t now_us = parts_.clock->monotonic_us();
    std::vector<const Waiting*> whole;
    for (auto one = waiting_.begin(); one != waiting_.end();) {
        const auto next = std::next(one);
        Waiting& waiting = one->second;
        if (waiting.due_us <= now_us) {
            const auto info = parts_.files->info(path_of(one->first));
            if (!info.ok()) {
                waiting_.erase(one);
            } else if (const LandedFile file = landed(*info, one->first);
                       !same(file, waiting.file)) {
                waiting.file = file;
                waiting.since_us = now_us;
                waiting.due_us = now_us + options_.settle_us;
                waiting.closed = false;
            } else if (is_whole(waiting)) {
                whole.push_back(&waiting);
            }
        }
        one = next;
    }
    hand_over(std::move(whole));
}

bool Lookout::is_quiet(Waiting& waiting, std::int64_t now_us) const {
    const std::int64_t age_us =
        parts_.clock->now().micros - waiting.file.modified_at.micros;  // clocks may disagree
    const bool old = waiting.closed || age_us >= options_.quiet_us;
    const std::int64_t needed_us = old ? options_.settle_us : options_.quiet_us;
    if (now_us - waiting.since_us >= needed_us) return true;
    waiting.due_us = waiting.since_us + needed_us;
    return false;
}

bool Lookout::is_whole(Waiting& waiting) {
    const std::int64_t now_us = parts_.clock->monotonic_us();
    if (!is_quiet(waiting, now_us)) return false;
    waiting.due_us = now_us + options_.retry_us;
    const std::string path = path_of(waiting.file.name);
    if (parts_.writers(path) == os::Writers::Some) return false;
    const bool patient = now_us - waiting.since_us < options_.cut_off_us;
    if (patient) {
        const auto good = os::ends_well(*parts_.files, path);
        if (good.ok() && !*good) return false;
    }
    return has_room(waiting.file);
}

// The importer keeps a copy.
bool Lookout::has_room(const LandedFile& file) {
    const auto free_bytes = parts_.files->free_bytes(options_.folder);
    if (!free_bytes.ok() || *free_bytes >= file.size + options_.disk_reserve_bytes) return true;
    report(file.name, "the disk has no room for a copy of it; it is imported when there is");
    return false;
}

// ------------------------------------------------------------------ over to the importer

void Lookout::hand_over(std::vector<const Waiting*> whole) {
    for (std::size_t at = 0; at < whole.size(); at += files_at_once) {
        const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(at);
        const auto count = std::min(files_at_once, whole.size() - at);
        const std::vector<const Waiting*> some(begin, begin + static_cast<std::ptrdiff_t>(count));
        const auto submitted = submit(some);
        if (submitted.ok()) continue;
        // They stay due a moment later. The importer stops or has no memory now,
        if (submitted.error().code() == ErrorCode::Unavailable) return;
        for (const Waiting* one : some) submit_alone(*one);  // or cannot take one of them.
    }
}

void Lookout::submit_alone(const Waiting& waiting) {
    const std::string name = waiting.file.name;
    const auto submitted = submit({&waiting});
    if (submitted.ok()) return;
    report(name, submitted.error().describe());
    waiting_.at(name).due_us = parts_.clock->monotonic_us() + options_.scan_interval_us;
}

Result<void> Lookout::submit(const std::vector<const Waiting*>& files) {
    std::vector<importer::ImportRequest> requests;
    std::vector<LandedFile> done;
    for (const Waiting* one : files) {
        importer::ImportRequest request;
        request.source = one->source;
        request.path = path_of(one->file.name);
        request.identity = one->file.name;
        requests.push_back(std::move(request));
        done.push_back(one->file);
    }
    TRY(parts_.submit(requests));
    for (const LandedFile& file : done) {
        waiting_.erase(file.name);
        reported_.erase(file.name);
    }
    handed_count_ += static_cast<std::int64_t>(done.size());
    // After the importer's own records: a crash between the two gives a repeat, which it skips.
    const auto remembered = handed_.add(done);
    if (!remembered.ok())
        log::warn("landing cannot remember files", {{"reason", remembered.error().describe()}});
    return {};
}

void Lookout::report(const std::string& name, const std::string& why) {
    std::string& said = reported_[name];
    if (std::exchange(said, why) == why) return;
    log::warn("a file in landing is not imported", {{"file", name}, {"reason", why}});
}

std::string Lookout::name_of(const std::string& path) const {
    return path.size() > options_.folder.size() ? path.substr(options_.folder.size() + 1) : "";
}

std::string Lookout::path_of(const std::string& name) const {
    return os::join(options_.folder, name);
}

}  // namespace tradewind::landing
