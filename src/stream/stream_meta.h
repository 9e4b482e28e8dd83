// What is fixed for a stream from its making on: one small file, written once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace tradewind::stream {

struct StreamMeta {
    std::uint64_t stream_id = 0;
    int partition_count = 0;
    Timestamp created_at;
};

std::string encode_stream_meta(const StreamMeta& meta);
// Nothing when damaged.
std::optional<StreamMeta> decode_stream_meta(std::string_view text);

}  // namespace tradewind::stream
