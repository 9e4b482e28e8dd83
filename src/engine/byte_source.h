// A file's bytes from front to end, unpacked on the way. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace tradewind::engine {

class ByteSource {
public:
    virtual ~ByteSource() = default;
    // Up to `size` bytes (size > 0); 0 at the end. InvalidArgument: cut off or damaged, with the
    // place.
    virtual Result<std::size_t> read(char* to, std::size_t size) = 0;
    // Bytes of the file on disk that were read.
    virtual std::uint64_t bytes_read() const = 0;
    virtual std::uint64_t bytes_total() const = 0;
};

// What unpacking may come to before it is called a bomb.
struct UnpackLimits {
    std::uint64_t bytes_max = 0;  // 0: only the ratio counts
    double ratio_max = 1000;
};

// A few kilobytes unpack to megabytes in good files too: the ratio counts from here on.
constexpr std::uint64_t unpacked_bytes_always_allowed = 64u << 20;

Result<std::unique_ptr<ByteSource>> open_file_bytes(const std::string& path);
std::unique_ptr<ByteSource> make_gzip_source(
    std::unique_ptr<ByteSource> packed, UnpackLimits limits
);
std::unique_ptr<ByteSource> make_zstd_source(
    std::unique_ptr<ByteSource> packed, UnpackLimits limits
);

// ResourceExhausted when `unpacked` bytes from `packed` ones are more than the limits allow.
Result<void> check_unpacked(
    const UnpackLimits& limits, std::uint64_t packed, std::uint64_t unpacked
);

}  // namespace tradewind::engine
