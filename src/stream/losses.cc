#include "stream/losses.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "stream/checked_text.h"

namespace tradewind::stream {

namespace {

constexpr std::string_view title = "tradewind stream losses 1";
// A note is "<stream>-positions-120-to-199.missing".
constexpr std::string_view positions_word = "-positions-";
constexpr std::string_view to_word = "-to-";
constexpr std::string_view note_suffix = ".missing";

// "floor 12", "noted 12 15"
std::optional<std::vector<Position>> parse_line(
    const std::string& line, std::string_view word, std::size_t count
) {
    const std::vector<std::string> words = split(line, ' ');
    if (words.size() != count + 1 || words[0] != word) return std::nullopt;
    std::vector<Position> positions;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto number = parse_integer(words[i]);
        if (!number || *number < 0) return std::nullopt;
        positions.emplace_back(*number);
    }
    return positions;
}

// What overlaps or touches becomes one.
void add(std::vector<Gap>& gaps, Gap gap) {
    gaps.push_back(gap);
    std::sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) {
        return a.first < b.first;
    });
    std::vector<Gap> merged;
    for (const Gap& one : gaps) {
        if (merged.empty() || one.first > merged.back().last + 1) {
            merged.push_back(one);
        } else {
            merged.back().last = std::max(merged.back().last, one.last);
        }
    }
    gaps = std::move(merged);
}

std::optional<Missing> note_of(const std::string& name) {
    const std::size_t word = name.rfind(positions_word);
    if (word == std::string::npos || !name.ends_with(note_suffix)) return std::nullopt;
    const std::size_t begin = word + positions_word.size();
    const std::string range = name.substr(begin, name.size() - begin - note_suffix.size());
    const std::size_t to = range.find(to_word);
    if (to == std::string::npos) return std::nullopt;
    const auto first = parse_integer(range.substr(0, to));
    const auto last = parse_integer(range.substr(to + to_word.size()));
    if (!first || !last || *first < 0 || *last < *first) return std::nullopt;
    return Missing{name.substr(0, word), Position(*first), Position(*last), {}};
}

}  // namespace

std::vector<Missing> find_missing(os::Filesystem& files, const std::string& quarantine_folder) {
    const auto entries = files.list(quarantine_folder);
    std::vector<Missing> notes;
    if (!entries.ok()) return notes;
    for (const os::FileInfo& entry : *entries) {
        auto note = entry.folder ? std::nullopt : note_of(entry.name);
        if (!note) continue;
        note->path = os::join(quarantine_folder, entry.name);
        notes.push_back(*std::move(note));
    }
    return notes;
}

std::string encode_loss_file(const LossFile& file, std::uint64_t stream_id) {
    std::string text = std::string(title) + "\nstream " + hex64(stream_id) + "\nfloor " +
                       std::to_string(file.floor.value_or(Position(0)).value) + "\n";
    for (const Gap& gap : file.noted) {
        text += "noted " + std::to_string(gap.first.value) + " " + std::to_string(gap.last.value) +
                "\n";
    }
    return with_checksum(std::move(text));
}

std::optional<LossFile> decode_loss_file(std::string_view text, std::uint64_t stream_id) {
    const auto lines = checked_lines(text);
    if (!lines || lines->size() < 3) return std::nullopt;
    if ((*lines)[0] != title || (*lines)[1] != "stream " + hex64(stream_id)) return std::nullopt;
    const auto floor = parse_line((*lines)[2], "floor", 1);
    if (!floor) return std::nullopt;
    LossFile file{floor->at(0), {}};
    for (std::size_t i = 3; i < lines->size(); ++i) {
        const auto gap = parse_line((*lines)[i], "noted", 2);
        if (!gap || gap->at(0) > gap->at(1)) return std::nullopt;
        add(file.noted, {gap->at(0), gap->at(1)});
    }
    return file;
}

void Losses::begin_with(LossFile file, std::uint64_t stream_id) {
    std::lock_guard lock(mutex_);
    file_ = std::move(file);
    stream_id_ = stream_id;
}

std::optional<Position> Losses::floor() const {
    std::lock_guard lock(mutex_);
    return file_.floor;
}

Result<void> Losses::raise_floor(Position floor) {
    std::lock_guard lock(mutex_);
    if (file_.floor && *file_.floor >= floor) return {};
    const auto before = std::exchange(file_.floor, floor);
    auto written = write();
    if (!written.ok()) file_.floor = before;
    return written;
}

Result<void> Losses::found(Gap gap, std::string_view before, std::string_view behind) {
    const std::string what = std::string(before) + "positions " + std::to_string(gap.first.value) +
                             " to " + std::to_string(gap.last.value) + std::string(behind);
    std::lock_guard lock(mutex_);
    if (is_noted(gap)) {
        if (has_open_note(gap)) damage_.tell(what);
        return {};
    }
    damage_.tell(what);
    const auto noted = note(gap, what);
    if (!noted.ok()) {
        // The next start finds it again, and tries again.
        damage_.tell(what + "; not noted: " + noted.error().describe());
        return {};
    }
    const std::vector<Gap> noted_before = file_.noted;
    add(file_.noted, gap);
    auto written = write();
    if (!written.ok()) file_.noted = noted_before;
    return written;
}

std::vector<Missing> Losses::open() const {
    std::vector<Missing> notes = find_missing(files_, place_.quarantine);
    std::erase_if(notes, [&](const Missing& one) { return one.stream != place_.stream; });
    return notes;
}

bool Losses::has_open_note(Gap gap) const {
    const std::vector<Missing> notes = open();
    return std::any_of(notes.begin(), notes.end(), [&](const Missing& one) {
        return one.first <= gap.last && gap.first <= one.last;
    });
}

Result<void> Losses::note(Gap gap, const std::string& what) {
    TRY(files_.create_folders(place_.quarantine));
    const std::string name = place_.stream + std::string(positions_word) +
                             std::to_string(gap.first.value) + std::string(to_word) +
                             std::to_string(gap.last.value) + std::string(note_suffix);
    return os::write_file_atomic(
        files_,
        os::join(place_.quarantine, name),
        "stream " + place_.stream + ": " + what +
            ".\nTheir records are gone. Send them again or restore a backup, then remove this "
            "file: until then verify and doctor tell of them.\n"
    );
}

bool Losses::is_noted(Gap gap) const {
    return std::any_of(file_.noted.begin(), file_.noted.end(), [&](const Gap& one) {
        return one.first <= gap.first && gap.last <= one.last;
    });
}

Result<void> Losses::write() {
    return os::write_file_atomic(files_, place_.path, encode_loss_file(file_, stream_id_));
}

}  // namespace tradewind::stream
