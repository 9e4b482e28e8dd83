// The table of contents of a zip archive, read before anything in it is unpacked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/byte_source.h"
#include "os/filesystem.h"

namespace tradewind::engine {

struct ZipEntry {
    std::string name;
    std::uint64_t packed_bytes = 0;
    std::uint64_t unpacked_bytes = 0;
    std::uint64_t header_at = 0;  // of its local header in the file
    bool deflated = false;
    std::uint32_t checksum = 0;  // CRC-32 of what it unpacks to
};

// InvalidArgument: cut off, damaged, encrypted, or in several parts.
Result<std::vector<ZipEntry>> read_zip_directory(const std::string& path);

// Refuses an archive that would unpack to more than the limits allow, or whose entries share the
// same bytes (the trick of bombs that stay below any ratio).
Result<void> check_zip(
    const std::vector<ZipEntry>& entries, std::uint64_t file_bytes, const UnpackLimits& limits
);

// One entry unpacked. ResourceExhausted: larger than `bytes_max`, whatever the directory says.
Result<std::string> read_zip_entry(
    const std::string& path, const ZipEntry& entry, std::size_t bytes_max
);

// Where the bytes of an entry begin.
Result<std::uint64_t> zip_entry_begin(os::File& file, const ZipEntry& entry);

}  // namespace tradewind::engine
