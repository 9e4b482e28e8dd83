#include "base/hash.h"

#include <nmmintrin.h>
#include <sodium.h>

#include <cstring>

#include "base/check.h"
#include "base/text.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace tradewind {

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) {
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t crc = ~seed;
    for (; left >= 8; at += 8, left -= 8) {
        std::uint64_t word;
        std::memcpy(&word, at, sizeof word);
        crc = _mm_crc32_u64(crc, word);
    }
    auto tail = static_cast<std::uint32_t>(crc);
    for (; left > 0; ++at, --left) tail = _mm_crc32_u8(tail, static_cast<unsigned char>(*at));
    return ~tail;
}

std::uint64_t hash64(std::string_view bytes) {
    return XXH3_64bits(bytes.data(), bytes.size());
}

std::string hash128(std::string_view bytes) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
    return hex_encode({reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest});
}

struct Sha256::State {
    crypto_hash_sha256_state sodium;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    crypto_hash_sha256_init(&state_->sodium);
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
    CHECK(state_ != nullptr);
    crypto_hash_sha256_update(
        &state_->sodium, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()
    );
}

std::string Sha256::finish_hex() {
    CHECK(state_ != nullptr);
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&state_->sodium, digest);
    state_.reset();
    return hex_encode({reinterpret_cast<const char*>(digest), sizeof digest});
}

}  // namespace tradewind
