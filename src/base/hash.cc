#include "base/hash.h"

#include <nmmintrin.h>
#include <openssl/evp.h>

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

// OpenSSL, because it uses the processor's SHA instructions: 1.9 GB/s where libsodium's portable
// code does 0.17. An import reads its files no faster than they are hashed.
struct Sha256::State {
    State() : context(EVP_MD_CTX_new()) {
        CHECK(context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { EVP_MD_CTX_free(context); }

    EVP_MD_CTX* context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
    CHECK(state_ != nullptr);
    CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string Sha256::finish_hex() {
    CHECK(state_ != nullptr);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    CHECK(EVP_DigestFinal_ex(state_->context, digest, &size) == 1);
    state_.reset();
    return hex_encode({reinterpret_cast<const char*>(digest), size});
}

}  // namespace tradewind
