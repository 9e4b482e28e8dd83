// The small files beside the segments, as a start finds them: each may be damaged, and each has
// something to fall back on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "os/filesystem.h"
#include "stream/consumers.h"
#include "stream/damage_log.h"
#include "stream/key_index.h"
#include "stream/losses.h"
#include "stream/retention.h"
#include "stream/stream.h"
#include "stream/stream_meta.h"

namespace tradewind::stream {

std::string meta_path(const std::string& folder);
std::string consumers_path(const std::string& folder);
std::string losses_path(const std::string& folder);

class RecoveryFiles {
public:
    RecoveryFiles(const StreamOptions& options, os::Filesystem& files, DamageLog& damage)
        : options_(options), files_(files), damage_(damage) {}

    // What the segments tell of the stream, should its own description be gone: `known` is what the
    // first sound header among them says. Corruption: nothing tells.
    struct Segments {
        bool any = false;
        std::optional<StreamMeta> known;
    };
    Result<StreamMeta> meta(const Segments& segments, Timestamp now);

    struct FoundConsumers {
        ConsumerFile file;
        bool lost = false;  // damaged: who they were is not known
    };
    Result<FoundConsumers> consumers(const StreamMeta& meta);

    // What earlier starts knew of losses; nothing when the file is not there, or damaged.
    Result<LossFile> losses(const StreamMeta& meta);

    // The keys that deleted segments left, into the index; which files they came from.
    Result<std::vector<KeysFile>> keys(
        const std::vector<std::uint64_t>& segment_ids, KeyIndex& index
    );

    // The keys that are kept for ever, into the index. Nothing known of any segment when the file
    // is not there, or damaged.
    struct FoundKept {
        std::uint64_t below_segment = 0;
        std::size_t bytes = 0;
    };
    Result<FoundKept> kept(KeyIndex& index);

private:
    Result<void> report(const std::string& name, const char* what);

    const StreamOptions& options_;
    os::Filesystem& files_;
    DamageLog& damage_;
};

// Makes sure that what was read is on the medium: it may be in the system's cache only. If the
// program ended because a sync failed, the system counts bytes and size as written, and a sync
// alone would pass over them.
Result<void> write_anew(os::File& file, ByteRange range);

}  // namespace tradewind::stream
