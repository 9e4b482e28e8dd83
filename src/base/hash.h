// Checksums and content hashes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tradewind {

// CRC32C (Castagnoli), the checksum of every block and manifest on disk. With the checksum of the
// bytes before as seed it goes on from there.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

// A stable 64-bit hash (XXH3) for partitioning by key: its value is part of the format on disk.
std::uint64_t hash64(std::string_view bytes);

// 128-bit content hash (XXH3) as 32 hex digits, for "the same body again?" within a server.
std::string hash128(std::string_view bytes);

// SHA-256 of a stream of bytes: the identity of a file's content. Hex at the end.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    void update(std::string_view bytes);
    std::string finish_hex();  // once; nothing can be added after it

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tradewind
