// A set of files for one date: which are there, which are whole.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/filesystem.h"
#include "schedule/schedule.h"
#include "schedule/whole_file.h"

namespace tradewind::schedule {

// The names that a pattern may have at that date, the likeliest first: 2025-07-01 before 20250701,
// as written before packed.
std::vector<std::string> names_at(const std::string& pattern, const std::string& date);

struct FoundFile {
    std::string path;  // absolute
    std::uint64_t size = 0;
    Timestamp modified_at;
    bool operator==(const FoundFile&) const = default;
};

// A file that is still, and whose bytes are to be looked at.
struct Examination {
    FoundFile file;
    CountRows count = CountRows::No;
};

struct SetStanding {
    std::vector<std::string> absent;  // "sales_2025-07-01.csv is not there"
    std::vector<std::string> unripe;  // "stock_2025-07-01.csv.gz is cut off"
    std::vector<Examination> to_examine;
    bool examining = false;  // an examination was asked for and is not over
    std::map<std::string, std::string> params;
    bool whole() const {
        return absent.empty() && unripe.empty() && to_examine.empty() && !examining;
    }
    std::string text() const;  // absent and unripe ones in one line
};

// Remembers what each look found. One thread at a time.
class FileSet {
public:
    FileSet(const WatchedFiles& watched, std::string landing_folder, os::Filesystem& files)
        : watched_(watched), landing_folder_(std::move(landing_folder)), files_(files) {}

    void begin(const std::string& date);  // forgets what was found
    void look(std::int64_t now_us);       // monotonic
    // What is to be examined is told once for each file as it is now.
    SetStanding standing(std::int64_t now_us);
    void examined(const FoundFile& file, const FileVerdict& verdict);

private:
    struct Look {
        std::optional<FoundFile> found;
        std::string unusable;       // why what is there cannot be taken
        std::int64_t since_us = 0;  // unchanged since then
        bool asked = false;
        std::optional<FileVerdict> verdict;
    };
    std::optional<FoundFile> find(
        const std::string& pattern, const std::string& date, std::string& unusable
    ) const;
    void judge(const std::string& name, Look& look, std::int64_t now_us, SetStanding& standing);
    void judge_manifest(SetStanding& standing);
    std::string fault_by_rows(const json::Value& manifest, const Look& look) const;
    std::string likely_name(const std::string& pattern) const {
        return names_at(pattern, date_).front();
    }

    const WatchedFiles& watched_;
    const std::string landing_folder_;
    os::Filesystem& files_;
    std::string date_;
    std::map<std::string, Look> looks_;
};

// Whether a set can be started right now because somebody asks: all is there, whole, and has not
// changed for the settling time by the files' own times. Conflict otherwise, with what is missing.
Result<std::map<std::string, std::string>> whole_set(
    const WatchedFiles& watched,
    const std::string& landing_folder,
    os::Filesystem& files,
    const std::string& date,
    Timestamp now
);

}  // namespace tradewind::schedule
