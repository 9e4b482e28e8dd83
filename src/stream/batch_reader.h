// Reads records from the durable log. Damage that is met is quarantined, told of and stepped over.
// Any thread.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "stream/damage_log.h"
#include "stream/segment_store.h"
#include "stream/stream.h"

namespace tradewind::stream {

// As Stream::read, read_partition and offset_at.
Result<ReadBatch> read_records(
    SegmentStore& store, DamageLog& damage, Position from, ReadLimits limits
);
Result<ReadBatch> read_partition_records(
    SegmentStore& store, DamageLog& damage, PartitionId partition, Offset from, ReadLimits limits
);
Result<Offset> find_offset_at(
    SegmentStore& store, DamageLog& damage, PartitionId partition, Timestamp at
);
struct VerifiedBlocks {
    std::vector<std::string> damage;  // a line for each place, also those known before
    std::int64_t lost_count = 0;      // records between the sound blocks
};
// Reads every block and every footer.
Result<VerifiedBlocks> verify_blocks(SegmentStore& store, DamageLog& damage);

}  // namespace tradewind::stream
