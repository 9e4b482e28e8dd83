// Reads a segment block by block where no footer tells what is in it.
#pragma once

#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "os/filesystem.h"
#include "stream/block_scanner.h"
#include "stream/segment_format.h"

namespace tradewind::stream {

struct ScanRequest {
    SegmentIdentity identity;
    ByteRange range;             // from the first block to the end of the file
    LogPoint begin;              // of the segment
    bool begin_guessed = false;  // its header is damaged: the first block knows better
    std::optional<Position>
        stop_at;  // where the next segment begins: from there on, its word counts
};

struct ScanResult {
    Footer content;                 // as a sound footer would have told it
    std::vector<ByteRange> damage;  // between sound blocks
    ByteRange last_block;           // empty when there is none
    ByteRange tail;                 // behind it, zeros and all
};

Result<ScanResult> scan_segment(os::File& file, const ScanRequest& request);

// The answers to the requests with a key in this block, encoded behind one another; false when the
// body makes no sense although its checksum is right.
bool collect_keys(const BlockHeader& header, std::string_view body, std::string& keys);

}  // namespace tradewind::stream
