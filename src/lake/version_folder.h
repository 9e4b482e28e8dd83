// The `_versions` folder of one dataset: its files, and the versions they tell.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lake/version_file.h"
#include "os/filesystem.h"

namespace tradewind::lake {

// Which version files there are.
struct VersionNumbers {
    std::set<std::int64_t> deltas;
    std::set<std::int64_t> wholes;

    bool empty() const { return deltas.empty() && wholes.empty(); }
    std::int64_t newest() const;  // 0: none
    // The largest number below; 0: none.
    std::int64_t before(std::int64_t number) const;
    std::vector<std::int64_t> all() const;
};

// A version put together from the whole file below it and the deltas since.
struct LoadedVersion {
    std::shared_ptr<const Version> version = std::make_shared<const Version>();
    RetiredFiles retired;
    std::int64_t delta_count = 0;    // since the whole one
    std::int64_t changed_count = 0;  // files that those deltas added or removed
    // False: a file of the chain is lost, and what is here does not add up to what the version's
    // own file says.
    bool exact = true;
};

// One thread at a time for what changes the folder.
class VersionFolder {
public:
    VersionFolder(std::string dataset, const std::string& root, os::Filesystem& files);

    const std::string& dataset() const { return dataset_; }
    const std::string& path() const { return path_; }
    std::string path_of(VersionName name) const;

    // Empty when there is no such folder. Other files in it are none of our business.
    Result<VersionNumbers> list() const;
    // What an interrupted write left.
    Result<void> remove_temporaries() const;
    Result<VersionFile> read(VersionName name) const;
    // Its first line only; unchecked by the checksum.
    Result<VersionHeader> read_header(VersionName name) const;
    Result<void> write(VersionName name, std::string_view text) const;
    Result<void> remove(VersionName name) const;
    // False only when the file is surely not there.
    bool maybe_there(VersionName name) const;
    Result<void> sync() const;

    // "All below the whole version `floor` is given up", durably: written before the first file
    // goes, so that an open after a crash in between removes the rest.
    Result<void> mark_floor(std::int64_t floor) const;
    // 0: there is no mark.
    Result<std::int64_t> marked_floor() const;
    Result<void> clear_floor() const;

    // Damaged files met on the way are added to `damaged`. Corruption: the version's own file is
    // damaged; NotFound: there is none.
    Result<LoadedVersion> load(
        const VersionNumbers& numbers, std::int64_t number, std::set<std::string>& damaged
    ) const;

private:
    struct Chain;
    Result<Chain> collect(
        const VersionNumbers& numbers, std::int64_t number, std::set<std::string>& damaged
    ) const;
    Result<std::optional<VersionFile>> try_read(VersionName name, std::set<std::string>& damaged)
        const;

    std::string dataset_;
    std::string path_;
    os::Filesystem& files_;
};

}  // namespace tradewind::lake
