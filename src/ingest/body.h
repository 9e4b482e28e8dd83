// A request's body made plain: unpacked, and followed by the bytes that record parsers may read
// over.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace tradewind::ingest {

// ResourceExhausted when the plain body would be larger than `bytes_max`; InvalidArgument when it
// is cut off or damaged.
Result<std::string> unpack_gzip(std::string_view packed, std::size_t bytes_max);
Result<std::string> unpack_zstd(std::string_view packed, std::size_t bytes_max);

}  // namespace tradewind::ingest
