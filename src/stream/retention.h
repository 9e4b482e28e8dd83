// Which segments may go, and what stays of a segment that went: its idempotency keys, until their
// window is over, and those that are kept for ever. Without them a late repeat of a request would
// be taken for a new one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "os/filesystem.h"
#include "stream/segment_format.h"
#include "stream/stream.h"

namespace tradewind::stream {

// How many of the oldest sealed segments may be deleted. `bytes`: of the whole stream; `slowest`:
// what every consumer has passed, nothing without consumers (then nothing may go).
std::size_t deletable_segments(
    const std::vector<SegmentSummary>& sealed,
    std::uint64_t bytes,
    std::optional<Position> slowest,
    const StreamOptions& options,
    Timestamp now
);

// The keys that a deleted segment leaves behind.
struct KeysFile {
    std::uint64_t segment_id = 0;
    Timestamp last_received_at;
};

Result<void> write_keys_file(
    os::Filesystem& files, const std::string& folder, const KeysFile& file, std::string_view keys
);
struct LoadedKeys {
    KeysFile file;
    std::string keys;
};
// Corruption when it does not pass its checksum.
Result<LoadedKeys> read_keys_file(
    os::Filesystem& files, const std::string& folder, std::uint64_t segment_id
);

// The keys that are kept for ever, in one file: all of the segments below an id, and perhaps more.
struct KeptKeysFile {
    std::uint64_t below_segment = 0;
    std::string keys;
};
constexpr const char* kept_keys_name = "kept_keys";
Result<void> write_kept_keys(
    os::Filesystem& files, const std::string& folder, const KeptKeysFile& file
);
// NotFound when there is none; Corruption when it does not pass its checksum.
Result<KeptKeysFile> read_kept_keys(os::Filesystem& files, const std::string& folder);

}  // namespace tradewind::stream
