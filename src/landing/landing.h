// The landing folder: what is put there is imported by itself, as soon as it is whole. The first
// folder below it names the source, landing/online_retail/2010/day.csv, or a package, whose source
// the file's name tells: landing/basket/orders.csv.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "contract/contract.h"
#include "importer/importer.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"

namespace tradewind::landing {

// By folder: the source that is called so, or those of the package that is.
using Sources = std::map<std::string, std::vector<const contract::Contract*>>;
void add_source(Sources& sources, const contract::Contract& contract);
// A source that is called like the package has the folder for itself.
void add_to_package(
    Sources& sources, const std::string& package, const contract::Contract& contract
);

enum class Standing {
    Fits,    // to be imported
    Passed,  // on its way or a marker (".name", "name.part", "_SUCCESS"): nothing is said of it
    Stray    // nobody's: reported
};

struct Place {
    Standing standing = Standing::Stray;
    std::string source;  // Fits; Stray: set when only the name's pattern is not one of its
    std::string why;     // Stray: a clause, "there is no source \"x\""
};

// What a file is by its name below landing ('/' between folders). A source takes the names that fit
// one of its patterns, all where it has none and the folder is its own; ".gz" and ".zst" at the end
// do not count. In a package's folder a name that fits several of its sources is nobody's.
Place place_of(std::string_view name, const Sources& sources);

struct LandingOptions {
    std::string folder;  // absolute
    // All is looked through that often: for what came while the server was down, and for what the
    // machine did not tell of.
    std::int64_t scan_interval_us = 30'000'000;
    // A file that was closed or moved in (or came with its folder) is whole when it stays the same
    // so long; one that was only found, when it stays the same for quiet_us.
    std::int64_t settle_us = 300'000;
    std::int64_t quiet_us = 3'000'000;
    // A file that is empty, or a compressed one whose end is missing, is waited for so long; then
    // the importer says what is wrong with it.
    std::int64_t cut_off_us = 60'000'000;
    // Of what the watch has to wait for without an event: writers, disk.
    std::int64_t retry_us = 1'000'000;
    std::uint64_t disk_reserve_bytes = 0;  // stays free beside the file's copy
};

struct LandingParts {
    importer::Importer* importer = nullptr;
    Sources sources;
    os::Database* database = nullptr;
    os::Filesystem* files = nullptr;
    os::Clock* clock = nullptr;
    MetricsRegistry* metrics = nullptr;
};

// One thread. Files stay where they are; which ones were handed to the importer is remembered in
// the database by name, size and time, so that none is read again until it changes.
class LandingWatch {
public:
    virtual ~LandingWatch() = default;
    virtual Result<void> start() = 0;
    virtual void stop() = 0;
};

Result<std::unique_ptr<LandingWatch>> open_landing_watch(
    LandingOptions options, LandingParts parts
);

}  // namespace tradewind::landing
