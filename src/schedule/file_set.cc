#include "schedule/file_set.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "os/folder_events.h"

namespace tradewind::schedule {

namespace {

constexpr std::uint64_t manifest_bytes_max = 1 << 20;
constexpr std::array<std::string_view, 2> packings{".gz", ".zst"};

std::string with_date(std::string pattern, const std::string& date) {
    constexpr std::string_view place = "{date}";
    for (std::size_t at = pattern.find(place); at != std::string::npos;
         at = pattern.find(place, at + date.size()))
        pattern.replace(at, place.size(), date);
    return pattern;
}

std::string without_packing(std::string name) {
    for (const std::string_view packing : packings) {
        if (name.ends_with(packing)) return name.substr(0, name.size() - packing.size());
    }
    return name;
}

CountRows rows_of(const std::string& path) {
    return without_packing(path).ends_with(".csv") ? CountRows::CsvBelowHeader : CountRows::Lines;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
    return all;
}

}  // namespace

std::vector<std::string> names_at(const std::string& pattern, const std::string& date) {
    std::string compact = date;
    std::erase(compact, '-');
    std::vector<std::string> names{with_date(pattern, date)};
    if (const std::string other = with_date(pattern, compact); other != names[0])
        names.push_back(other);
    const std::vector<std::string> plain = names;
    for (const std::string_view packing : packings) {
        for (const std::string& name : plain) names.push_back(name + std::string(packing));
    }
    return names;
}

std::string SetStanding::text() const {
    std::vector<std::string> all = absent;
    all.insert(all.end(), unripe.begin(), unripe.end());
    return joined(all);
}

void FileSet::begin(const std::string& date) {
    date_ = date;
    looks_.clear();
    for (const auto& [name, pattern] : watched_.patterns) looks_[name];
}

// Who may put a file here need not be one who may read what a link leads to.
std::optional<FoundFile> FileSet::find(
    const std::string& pattern, const std::string& date, std::string& unusable
) const {
    const std::string folder = os::join(landing_folder_, watched_.folder);
    for (const std::string& name : names_at(pattern, date)) {
        const std::string path = os::join(folder, name);
        const auto info = files_.info(path);
        if (!info.ok() || info->folder) continue;
        const auto real = os::real_path(path);
        const auto real_landing = os::real_path(landing_folder_);
        const bool inside =
            real.ok() && real_landing.ok() && real->starts_with(*real_landing + "/");
        if (!info->link && inside) return FoundFile{path, info->size, info->modified_at};
        unusable = name + " is a link; put the file itself there";
    }
    return std::nullopt;
}

void FileSet::look(std::int64_t now_us) {
    for (auto& [name, look] : looks_) {
        look.unusable.clear();
        auto found = find(watched_.patterns.at(name), date_, look.unusable);
        if (found == look.found) continue;
        look.found = std::move(found);
        look.since_us = now_us;
        look.asked = false;
        look.verdict.reset();
    }
}

void FileSet::judge(
    const std::string& name, Look& look, std::int64_t now_us, SetStanding& standing
) {
    if (!look.found) {
        standing.absent.push_back(
            look.unusable.empty() ? likely_name(watched_.patterns.at(name)) + " is not there"
                                  : look.unusable
        );
        return;
    }
    const std::string file = os::base_name(look.found->path);
    if (now_us - look.since_us < watched_.settle_us) {
        standing.unripe.push_back(file + " may still grow");
    } else if (!look.verdict) {
        standing.examining = true;
        const bool count = watched_.manifest.ends_with(".json");
        if (!look.asked)
            standing.to_examine.push_back(
                {*look.found, count ? rows_of(look.found->path) : CountRows::No}
            );
        look.asked = true;
    } else if (!look.verdict->fault.empty()) {
        standing.unripe.push_back(file + " " + look.verdict->fault);
    } else if (os::writers_of(look.found->path) == os::Writers::Some) {
        standing.unripe.push_back(file + " is being written");
    } else {
        standing.params[name] = look.found->path;
    }
}

std::string FileSet::fault_by_rows(const json::Value& manifest, const Look& look) const {
    const std::string name = os::base_name(look.found->path);
    const json::Value* count = manifest.find(name);
    if (count == nullptr) count = manifest.find(without_packing(name));
    if (count == nullptr) return name + " is not in the manifest";
    const auto rows = count->as_integer();
    if (!rows.ok()) return "the manifest gives no number of rows for " + name;
    const std::int64_t there = look.verdict->row_count.value_or(0);
    if (there == *rows) return "";
    return name + " has " + format_count(there) + " rows, and the manifest says " +
           format_count(*rows);
}

// A marker without a date in its name says something of these files only when it came after them.
void FileSet::judge_manifest(SetStanding& standing) {
    std::string unusable;
    const auto manifest = find(watched_.manifest, date_, unusable);
    const std::string name = likely_name(watched_.manifest);
    if (!manifest) {
        standing.absent.push_back(unusable.empty() ? name + " is not there" : unusable);
        return;
    }
    if (watched_.manifest.find("{date}") == std::string::npos) {
        for (const auto& [parameter, look] : looks_) {
            if (!look.found || look.found->modified_at <= manifest->modified_at) continue;
            standing.unripe.push_back(name + " is older than " + os::base_name(look.found->path));
            return;
        }
    }
    if (!watched_.manifest.ends_with(".json") || !standing.whole()) return;
    const auto text = os::read_file(files_, manifest->path, manifest_bytes_max);
    auto counts = text.ok() ? json::parse(*text) : Result<json::Value>(text.error());
    if (!counts.ok() || counts->kind() != json::Kind::Object) {
        standing.unripe.push_back(
            name + (counts.ok() ? " is no JSON object" : ": " + counts.error().message())
        );
        return;
    }
    for (const auto& [parameter, look] : looks_) {
        const std::string fault = fault_by_rows(*counts, look);
        if (!fault.empty()) standing.unripe.push_back(fault);
    }
}

SetStanding FileSet::standing(std::int64_t now_us) {
    SetStanding standing;
    for (auto& [name, look] : looks_) judge(name, look, now_us, standing);
    if (!watched_.manifest.empty()) judge_manifest(standing);
    standing.params["date"] = date_;
    return standing;
}

void FileSet::examined(const FoundFile& file, const FileVerdict& verdict) {
    for (auto& [name, look] : looks_) {
        if (look.found == file) look.verdict = verdict;
    }
}

Result<std::map<std::string, std::string>> whole_set(
    const WatchedFiles& watched,
    const std::string& landing_folder,
    os::Filesystem& files,
    const std::string& date,
    Timestamp now
) {
    constexpr std::int64_t much_later_us = std::numeric_limits<std::int64_t>::max() / 2;
    FileSet set(watched, landing_folder, files);
    set.begin(date);
    set.look(0);
    const std::atomic<bool> never{false};
    for (const Examination& one : set.standing(much_later_us).to_examine) {
        FileVerdict verdict = TRY(examine_file(files, one.file.path, one.count, never));
        // One from the future says that clocks disagree, and nothing else.
        const std::int64_t age_us = now.micros - one.file.modified_at.micros;
        if (verdict.fault.empty() && age_us >= 0 && age_us < watched.settle_us)
            verdict.fault = "was written a moment ago";
        set.examined(one.file, verdict);
    }
    set.look(1);
    const SetStanding standing = set.standing(much_later_us);
    if (standing.whole()) return standing.params;
    return Error(ErrorCode::Conflict, "the files of " + date + " are not all there")
        .with_detail(standing.text().empty() ? "One changes right now." : standing.text() + ".");
}

}  // namespace tradewind::schedule
