// The lake: immutable data files grouped in datasets, each with numbered versions. A dataset's
// state is what its newest version file says; the rename of that file is the commit point. Readers
// pin a version and see exactly its files for as long as they hold the pin.
//
// Says nothing of folders on a disk: paths are relative to the lake ("raw/online_retail/table/…").
//
// Life of a data file: it is *held* from create() or adopt() on (the sweep leaves it alone),
// belongs to versions once a commit named it, and goes when no kept version names it any more. A
// file that its owner gives up before a commit is given back by discard(); one that is forgotten
// stays until the lake is opened again, which removes everything that no version names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"
#include "base/row_batch.h"
#include "os/clock.h"
#include "os/filesystem.h"

namespace tradewind::lake {

// A data file of a version.
struct DataFile {
    std::string path;  // relative to the lake
    std::uint64_t bytes = 0;
    std::uint32_t crc32c = 0;  // of the whole file
    std::int64_t row_count = 0;
    OriginId origin;                               // stream, or the import that delivered its rows
    std::map<std::string, std::string> partition;  // hive keys, e.g. country → "france"
    json::Value extra;      // what its owner wants to know again (offset range, identity, …)
    Timestamp modified_at;  // on the disk, when it was placed; 0: of a version that did not tell
};

// The files of a version, in byte order of their paths. Immutable and cheap to copy: versions share
// what they have in common, so that a commit costs what it changes. Reads: any thread.
class FileList {
public:
    class Iterator;
    struct Content;

    FileList();
    // Paths must differ (CHECKed).
    explicit FileList(std::vector<DataFile> files);
    explicit FileList(std::shared_ptr<const Content> content);

    std::size_t size() const;
    bool empty() const { return size() == 0; }
    std::int64_t row_count() const;
    std::uint64_t bytes() const;
    // The file of that path, or nullptr; lives as long as this list or a copy of it.
    const DataFile* find(std::string_view path) const;
    const DataFile& operator[](std::size_t index) const;  // slow in long lists
    Iterator begin() const;
    Iterator end() const;

    const Content& content() const { return *content_; }

private:
    std::shared_ptr<const Content> content_;
};

class FileList::Iterator {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = DataFile;
    using difference_type = std::ptrdiff_t;
    using pointer = const DataFile*;
    using reference = const DataFile&;

    Iterator() = default;
    Iterator(const Content* content, std::size_t chunk) : content_(content), chunk_(chunk) {}
    reference operator*() const;
    pointer operator->() const { return &**this; }
    Iterator& operator++();
    Iterator operator++(int) {
        Iterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const Iterator&) const = default;

private:
    const Content* content_ = nullptr;
    std::size_t chunk_ = 0;
    std::size_t index_ = 0;
};

// Rows that are gone: their file was damaged and taken out by verify.
struct LostRows {
    std::string path;
    std::int64_t row_count = 0;
    OriginId origin;
    std::string identity;  // of the import's file, where the data file told it

    bool operator==(const LostRows&) const = default;
};
// For people: how many rows of what are missing, and how they come back.
std::string describe(const LostRows& lost);

// Version::run of a version from which verify took damaged files out: less than what its maker
// made.
constexpr const char* verify_run = "verify";

struct Version {
    std::int64_t number = 0;  // 0: the empty dataset, never published
    Timestamp published_at;
    std::vector<ColumnSpec> columns;  // empty for raw files
    FileList files;
    std::map<std::string, Position> positions;  // consumer name → stream position contained
    std::string run;                            // who made it: run or import id, or the sink's name
    json::Value extra;
    // Of datasets below "raw/", which nothing builds again: stays until the rows of its origin are
    // replaced, so that nobody takes what is left for all there was.
    std::vector<LostRows> lost;
    bool aside = false;  // was never the current one, see Commit

    std::int64_t row_count() const { return files.row_count(); }
    std::uint64_t bytes() const { return files.bytes(); }
};

// What one commit changes on the version before it.
struct Commit {
    std::vector<DataFile> add;
    std::vector<std::string> remove;                 // paths of files that are no longer part of it
    std::function<bool(const DataFile&)> remove_if;  // or by a rule (may be empty)
    std::optional<std::vector<ColumnSpec>> columns;
    std::map<std::string, Position> positions;  // these are set, others stay
    std::string run;
    json::Value extra;  // null: as before
    // Added to what is lost. A commit whose remove_if takes the files of an origin also ends the
    // losses of that origin.
    std::vector<LostRows> lost;
    // The new version is kept as one that can be read by its number, but never becomes the current
    // one: what was current is published again right after it, as one more version, in the same
    // step. Not together with positions.
    bool aside = false;
};

// Holds a version's files back from the sweep until destroyed (in any thread; it may outlive the
// Lake).
class Pin {
public:
    virtual ~Pin() = default;
    virtual const Version& version() const = 0;
};

// A file being written: has its final path only after finish(). Destroyed unfinished: gone. One
// thread; must not outlive the Lake.
class NewFile {
public:
    virtual ~NewFile() = default;
    virtual Result<void> append(std::string_view bytes) = 0;
    // Syncs file and folder; the file is then held until a commit names it or discard() gives it
    // back. Once; after a failure the file is gone. `row_count` and what follows are the caller's
    // to fill in before the commit.
    virtual Result<DataFile> finish() = 0;
};

struct DatasetInfo {
    std::string name;
    std::int64_t version = 0;
    std::int64_t row_count = 0;
    std::uint64_t bytes = 0;
    std::size_t file_count = 0;
    std::int64_t lost_row_count = 0;
    // Why the dataset answers Corruption or Io to everything; empty: it does not. The counts above
    // are then of what could be recovered.
    std::string damage;
};

struct LakeOptions {
    std::string root;  // data/lake
    std::string quarantine_folder;
    // After that many version files that hold only what changed comes one that is whole. Big
    // datasets wait longer, up to 32 times, until what changed is an eighth of what a whole one
    // holds.
    int full_version_every = 32;
    std::int64_t version_retention_us = 7LL * 24 * 3600 * 1'000'000;
    int versions_kept_min = 10;
};

// All methods: any thread. Datasets are named by their folder: "raw/online_retail/table". A path or
// a dataset name is relative, without ".." or hidden parts, printable UTF-8, at most 1,024 bytes
// long with parts of at most 255; else InvalidArgument.
class Lake {
public:
    virtual ~Lake() = default;

    // The newest version (number 0 and empty where the dataset does not exist yet). Corruption when
    // its version files are damaged in a way that leaves its files in doubt (see verify).
    virtual Result<Version> current(const std::string& dataset) = 0;
    // An earlier one, as long as it is kept; NotFound after that.
    virtual Result<Version> version(const std::string& dataset, std::int64_t number) = 0;
    virtual Result<std::shared_ptr<Pin>> pin(const std::string& dataset) = 0;
    // An older version, while retention has kept it; NotFound or Corruption when it is gone.
    virtual Result<std::shared_ptr<Pin>> pin(const std::string& dataset, std::int64_t number) = 0;
    // Those that have a version, by name.
    virtual Result<std::vector<DatasetInfo>> datasets() = 0;

    // Makes the next version. `expected` (when given) must be the current number, else Conflict and
    // nothing changed. Files to add must be finished. Atomic and durable when it returns ok; when
    // it fails nothing changed. Commits to one dataset wait for each other, others do not. Conflict
    // also: a file to remove is not part of it, one to add already is. NotFound: a file to add does
    // not exist. InvalidArgument: it has another size or checksum than finish() or adopt() said.
    // Returns the version that the change made, also where that one is aside.
    virtual Result<Version> commit(
        const std::string& dataset, const Commit& change, std::optional<std::int64_t> expected
    ) = 0;

    // AlreadyExists: the path is held, or a kept version names it. A file that lies there all the
    // same (nobody's) is moved to quarantine when the new one is finished.
    virtual Result<std::unique_ptr<NewFile>> create(const std::string& path) = 0;
    // For a writer that needs a real file name (an engine's COPY): a place to write to. Absolute
    // when the lake's root is …
    virtual Result<std::string> scratch_path(const std::string& suffix) = 0;
    // … and its adoption under its final path: checksum, sync, rename, sync of the folder. Errors
    // as create(); the scratch file then stays where it is.
    virtual Result<DataFile> adopt(
        const std::string& scratch_path, const std::string& path, std::int64_t row_count
    ) = 0;
    // Gives back what no commit will name: a finished or adopted path, or a scratch path. Files
    // that belong to a version, or to a commit whose failure left in doubt what the medium holds,
    // stay; so calling it after any failure is safe.
    virtual Result<void> discard(const std::string& path) = 0;

    // Corruption when the file is not what a current version says of it.
    virtual Result<std::string> read(const std::string& path, std::uint64_t size_max) = 0;
    // The file's name for an engine that opens it itself.
    virtual std::string absolute(const std::string& path) const = 0;

    // Compares every version file with its checksum, and every file of the newest versions with its
    // size and checksum. Each damage is reported, one line each in the error's detail and as an
    // error in the log; Corruption when there is any. With `quarantine` damaged files are moved
    // away and taken out by a new version, and a dataset whose version files are damaged goes on
    // from what could be recovered. Rows that were lost so are reported by every verify until a
    // delivery replaces them.
    virtual Result<void> verify(bool quarantine) = 0;
    // The same for the files of the newest versions whose size or time on the disk is not what it
    // was when they were placed, always with quarantine: a look at every file's name, and the bytes
    // of those that somebody touched.
    virtual Result<void> quarantine_changed() = 0;
    // The same for the files of one dataset's newest version, always with quarantine. Corruption
    // also when the dataset is blocked, which this does not change.
    virtual Result<void> quarantine_damaged(const std::string& dataset) = 0;
    // Removes versions beyond retention, then files of datasets that no kept version and no pin
    // names, and scratch files that nobody holds. Returns how many files went besides version
    // files.
    virtual Result<std::size_t> sweep() = 0;
};

// Opens or creates; removes scratch files and orphans of an unclean stop (what lies in the folders
// of datasets and no version names; other files are others', and stay); a version file that is
// damaged is quarantined and reported, and the one before it counts (orphans are then moved to
// quarantine, not removed, for they may have been named by it). Damage never makes it fail. One
// Lake at a time may be open on a root.
Result<std::unique_ptr<Lake>> open_lake(
    LakeOptions options, os::Filesystem& files, os::Clock& clock
);

// What the newest versions below `root` say is missing. Reads the first lines of version files
// beside whoever has the lake open; what cannot be read is for verify to tell of.
std::vector<LostRows> find_lost_rows(os::Filesystem& files, const std::string& root);

// Datasets below `root` of which no newest version can be read, while files of theirs are there:
// nothing of them is served until verify has gone on from what can be recovered.
std::vector<std::string> find_unreadable_datasets(os::Filesystem& files, const std::string& root);

// May a file or a dataset be called that (see Lake)?
bool valid_path(std::string_view path);

// `value` as it may stand after "key=" in a path: percent-encoded, at most 128 bytes (a longer one
// is cut and ends in "~" and its hash); "" is __HIVE_DEFAULT_PARTITION__. "united kingdom" →
// "united%20kingdom".
std::string hive_value(std::string_view value);

}  // namespace tradewind::lake
