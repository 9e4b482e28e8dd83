// Decides which files in landing are whole, and hands them over, each once. Knows nothing of
// threads and events: it is told what happened, and asked to look when the time has come.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "landing/handed_over.h"
#include "landing/landing.h"
#include "os/folder_events.h"

namespace tradewind::landing {

struct LookoutParts {
    Sources sources;
    os::Filesystem* files = nullptr;
    os::Clock* clock = nullptr;
    std::function<Result<void>(const std::vector<importer::ImportRequest>&)> submit;
    std::function<os::Writers(const std::string& path)> writers = os::writers_of;
    // A folder was found whose events are wanted, before it is looked into.
    std::function<void(const std::string& path)> found_folder = [](const std::string&) {};
};

// One thread.
class Lookout {
public:
    Lookout(LandingOptions options, LookoutParts parts, HandedOver handed);

    // The file, by its path, was closed after writing or moved in. It is handed over again even
    // when it looks as before: the importer knows its bytes.
    void closed(const std::string& path);
    // A folder, by its path, is new; what is in it may have come before anybody watched.
    void scan_below(const std::string& path);
    // All of landing; also forgets what is gone.
    void scan();
    // Hands over what is whole by now.
    void look();
    // When to look again, on the clock's monotonic time; nothing: not before something happens.
    std::optional<std::int64_t> next_look_us() const;

    std::size_t waiting_count() const { return waiting_.size(); }
    std::size_t stray_count() const { return reported_.size(); }
    std::int64_t handed_count() const { return handed_count_; }

private:
    struct Waiting {
        LandedFile file;
        std::string source;
        std::int64_t since_us = 0;  // it looks like this
        std::int64_t due_us = 0;
        bool closed = false;
    };
    using Found = std::set<std::string>;

    // `fresh`: it came a moment ago, and the machine told.
    void scan_folder(const std::string& path, Found& found, bool fresh);
    void take_entry(const os::FileInfo& info, const std::string& name, bool fresh);
    void wait_for(const os::FileInfo& info, const std::string& name, bool closed);
    bool is_link(const std::string& name) const;
    void forget_all_but(const Found& found);
    bool is_whole(Waiting& waiting);
    bool is_quiet(Waiting& waiting, std::int64_t now_us) const;
    bool has_room(const LandedFile& file);
    void hand_over(std::vector<const Waiting*> whole);
    void submit_alone(const Waiting& waiting);
    Result<void> submit(const std::vector<const Waiting*>& files);
    void report(const std::string& name, const std::string& why);
    std::string name_of(const std::string& path) const;
    std::string path_of(const std::string& name) const;

    const LandingOptions options_;
    const LookoutParts parts_;
    HandedOver handed_;
    std::map<std::string, Waiting> waiting_;       // by name
    std::map<std::string, std::string> reported_;  // name → why
    bool scan_failed_ = false;
    std::int64_t handed_count_ = 0;
};

}  // namespace tradewind::landing
