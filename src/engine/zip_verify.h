// Whether an archive holds what its table of contents says, before a library reads it: the engine's
// reader of workbooks (excel 1.5.5) never returns from a part that does not unpack.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/byte_source.h"
#include "engine/zip_directory.h"

namespace tradewind::engine {

// Unpacks every entry once, in bounded memory, and compares size and checksum. InvalidArgument:
// cut off, damaged or packed in a way we do not know; ResourceExhausted: a limit.
// What is unpacked can be looked at on the way.
using LookAtPiece = std::function<void(const ZipEntry& entry, std::string_view piece)>;
Result<void> verify_zip(
    const std::string& path,
    const std::vector<ZipEntry>& entries,
    const UnpackLimits& limits,
    const LookAtPiece& look = {}
);

// One entry in pieces, checked on the way as above.
Result<void> read_zip_blocks(
    const std::string& path,
    const ZipEntry& entry,
    const UnpackLimits& limits,
    const std::function<Result<void>(std::string_view piece)>& take
);

}  // namespace tradewind::engine
