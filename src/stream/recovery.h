// What a start finds on the disk: which segments there are and where the log ends. A torn tail is
// saved and cut, damage is saved and told of, and everything that is going to be served is synced
// first: after a kill, bytes may be readable that are not on the medium yet.
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
#include "stream/recovery_files.h"
#include "stream/retention.h"
#include "stream/segment_store.h"
#include "stream/stream.h"
#include "stream/stream_meta.h"

namespace tradewind::stream {

struct RecoveredLog {
    StreamMeta meta;
    std::vector<SegmentSummary> sealed;
    std::optional<ActiveSegment> active;
    LogPoint end;
    std::uint64_t next_segment_id = 0;
    std::vector<std::uint64_t> unreadable;  // segments whose records are all damaged
    Timestamp last_received_at;
    KeyIndex keys;
    std::vector<KeysFile> keys_files;
    RecoveryFiles::FoundKept kept;  // what of `keys` stands in the file of kept keys
    ConsumerFile consumers;
    // Their file was damaged: some may not have come back yet, so that retention has to wait.
    bool consumers_lost = false;
};

// Errors: Io; InvalidArgument: another partition_count than the records have, or written by a newer
// version; Corruption: nothing there tells which stream it is.
// What is missing goes into `losses`, which gets to know here what earlier starts knew.
Result<RecoveredLog> recover_log(
    const StreamOptions& options,
    os::Filesystem& files,
    Timestamp now,
    DamageLog& damage,
    Losses& losses
);

// Of records with another number of partitions.
Error other_partitions(const StreamOptions& options, int partition_count);

}  // namespace tradewind::stream
