// What the lake's tests share: a machine with a file system, a clock and a lake on it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "lake/lake.h"
#include "os/filesystem.h"
#include "os/process.h"
#include "os/random.h"
#include "os/simulated_filesystem.h"

namespace tradewind::lake::testing {

constexpr std::int64_t day_us = 24LL * 3600 * 1'000'000;
constexpr Timestamp start_of_tests{1'700'000'000'000'000};

// Silences the log: most of what is tested here is reported as an error, as it should.
inline void quiet() {
    log::configure(log::Level::Off, log::Format::Text);
}

// Passes everything on, and fails what the test picks.
class FaultyFilesystem : public os::Filesystem {
public:
    explicit FaultyFilesystem(os::Filesystem& files) : files_(files) {}

    // Of the calls to that kind for paths that contain the text, the next one fails.
    std::string fail_folder_sync;
    int skip_folder_syncs = 0;  // so many go through before
    std::string fail_remove;
    std::string fail_open;

    Result<std::unique_ptr<os::File>> open(const std::string& path, os::OpenMode mode) override {
        TRY(maybe_fail(fail_open, path));
        return files_.open(path, mode);
    }
    Result<void> rename(const std::string& from, const std::string& to) override {
        return files_.rename(from, to);
    }
    Result<void> remove(const std::string& path) override {
        TRY(maybe_fail(fail_remove, path));
        return files_.remove(path);
    }
    Result<void> create_folders(const std::string& path) override {
        return files_.create_folders(path);
    }
    Result<void> sync_folder(const std::string& path) override {
        const bool meant =
            !fail_folder_sync.empty() && path.find(fail_folder_sync) != std::string::npos;
        if (meant && skip_folder_syncs > 0) {
            --skip_folder_syncs;
            return files_.sync_folder(path);
        }
        TRY(maybe_fail(fail_folder_sync, path));
        return files_.sync_folder(path);
    }
    Result<std::vector<os::FileInfo>> list(const std::string& path) override {
        return files_.list(path);
    }
    Result<os::FileInfo> info(const std::string& path) override { return files_.info(path); }
    Result<std::uint64_t> free_bytes(const std::string& path) override {
        return files_.free_bytes(path);
    }
    Result<std::unique_ptr<os::Lock>> lock(const std::string& path) override {
        return files_.lock(path);
    }

private:
    static Result<void> maybe_fail(std::string& text, const std::string& path) {
        if (text.empty() || path.find(text) == std::string::npos) return {};
        text.clear();
        return Error(ErrorCode::Io, "'" + path + "': made to fail by the test");
    }

    os::Filesystem& files_;
};

// A path below the system's temporary folder, removed with all that is in it.
class TemporaryFolder {
public:
    TemporaryFolder()
        : files_(os::make_posix_filesystem()), path_("/tmp/tw-lake-" + os::random_id()) {}
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() { [[maybe_unused]] const auto removed = os::remove_tree(*files_, path_); }
    const std::string& path() const { return path_; }

private:
    std::unique_ptr<os::Filesystem> files_;
    std::string path_;
};

// Writes, finishes and gives back what a commit can name.
inline DataFile put(Lake& lake, const std::string& path, const std::string& content) {
    auto file = MUST(lake.create(path));
    MUST(file->append(content));
    DataFile finished = MUST(file->finish());
    finished.row_count = static_cast<std::int64_t>(content.size());
    return finished;
}

// The same by way of a scratch path, as an engine's COPY does it.
inline DataFile put_by_adoption(
    Lake& lake, os::Filesystem& files, const std::string& path, const std::string& content
) {
    const std::string scratch = MUST(lake.scratch_path(".parquet"));
    auto file = MUST(files.open(scratch, os::OpenMode::CreateNew));
    MUST(file->write_at(0, content));
    file.reset();
    return MUST(lake.adopt(scratch, path, static_cast<std::int64_t>(content.size())));
}

inline Commit adding(std::vector<DataFile> files) {
    Commit commit;
    commit.add = std::move(files);
    commit.run = "test";
    return commit;
}

inline Commit removing(std::vector<std::string> paths) {
    Commit commit;
    commit.remove = std::move(paths);
    commit.run = "test";
    return commit;
}

inline std::vector<std::string> paths_of(const Version& version) {
    std::vector<std::string> paths;
    for (const DataFile& file : version.files) paths.push_back(file.path);
    return paths;
}

// A lake on a simulated machine.
class SimulatedLake : public ::testing::Test {
protected:
    SimulatedLake() { quiet(); }

    static LakeOptions default_options() {
        LakeOptions options;
        options.root = "/data/lake";
        options.quarantine_folder = "/data/quarantine";
        return options;
    }

    Lake& open() {
        lake_.reset();
        lake_ = MUST(open_lake(options_, faulty_, clock_));
        return *lake_;
    }
    Lake& lake() { return *lake_; }

    std::string on_disk(const std::string& path) const { return os::join(options_.root, path); }
    bool there(const std::string& path) { return files_.exists(on_disk(path)); }
    // All files in the lake besides version files, relative to it.
    std::vector<std::string> data_files() {
        std::vector<std::string> found;
        for (const std::string& path : MUST(os::list_tree(files_, options_.root))) {
            if (path.find("_versions/") == std::string::npos) found.push_back(path);
        }
        return found;
    }
    std::vector<std::string> version_files(const std::string& dataset) {
        std::vector<std::string> names;
        for (const auto& info : MUST(files_.list(on_disk(dataset + "/_versions"))))
            names.push_back(info.name);
        return names;
    }
    std::vector<std::string> quarantined() {
        auto found = os::list_tree(files_, options_.quarantine_folder);
        return found.ok() ? *found : std::vector<std::string>();
    }
    void damage(const std::string& path) { MUST(files_.flip_byte(on_disk(path), 20)); }

    os::SimulatedFilesystem files_{1};
    FaultyFilesystem faulty_{files_};
    os::ManualClock clock_{start_of_tests};
    LakeOptions options_ = default_options();

private:
    std::unique_ptr<Lake> lake_;
};

}  // namespace tradewind::lake::testing
