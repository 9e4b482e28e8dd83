#include "os/file_end.h"

#include <algorithm>
#include <string_view>

namespace tradewind::os {

namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::string_view parquet_magic = "PAR1";
constexpr std::string_view zip_magic = "PK\x03\x04";
constexpr std::string_view zip_end = "PK\x05\x06";
constexpr std::uint64_t zip_end_bytes_max = 22 + 65'535;  // with its comment

Result<std::string> last_bytes(File& file, std::uint64_t size, std::uint64_t count) {
    count = std::min(size, count);
    return file.read_at(size - count, static_cast<std::size_t>(count));
}

// The last four bytes say how many bytes were packed, modulo 2^32. Deflate makes of n bytes at
// least n / 1032 and hardly more than n.
bool is_gzip_end(std::string_view end, std::uint64_t size) {
    constexpr std::uint64_t ratio_max = 1032;
    constexpr std::uint64_t frame_bytes_max = 4096;  // header with a file's name, trailer
    constexpr std::uint64_t least_bytes = 18;        // of a header and a trailer
    if (size < least_bytes || end.size() < 4) return false;
    std::uint64_t unpacked = 0;
    for (int i = 3; i >= 0; --i)
        unpacked = unpacked << 8 | static_cast<unsigned char>(end[static_cast<std::size_t>(i)]);
    const std::uint64_t most = size * ratio_max;
    const std::uint64_t least = size - std::min(size, frame_bytes_max + size / 1000);
    if (most >= std::uint64_t{1} << 32) return true;  // then any number may be right
    return unpacked >= least && unpacked <= most;
}

}  // namespace

Result<bool> ends_well(Filesystem& files, const std::string& path) {
    const auto file = TRY(files.open(path, OpenMode::Read));
    const std::uint64_t size = TRY(file->size());
    if (size == 0) return false;
    const std::string start = TRY(file->read_at(0, 4));
    if (start.starts_with(gzip_magic)) return is_gzip_end(TRY(last_bytes(*file, size, 4)), size);
    if (start == parquet_magic) return size >= 12 && TRY(last_bytes(*file, size, 4))
    == start;
    if (start == zip_magic) {
        const std::string end = TRY(last_bytes(*file, size, zip_end_bytes_max));
        return end.find(zip_end) != std::string::npos;
    }
    return true;
}

}  // namespace tradewind::os
