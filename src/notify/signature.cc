#include "notify/signature.h"

#include <sodium.h>

#include <array>

#include "base/text.h"

namespace tradewind::notify {

Signed sign(std::string_view secret, Timestamp at, std::string_view body) {
    Signed made;
    made.timestamp = std::to_string(at.micros / 1'000'000);
    const std::string text = made.timestamp + "." + std::string(body);
    const auto bytes = [](std::string_view view) {
        return reinterpret_cast<const unsigned char*>(view.data());
    };
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> hash{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
    crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
    crypto_auth_hmacsha256_final(&state, hash.data());
    made.signature =
        "sha256=" + hex_encode({reinterpret_cast<const char*>(hash.data()), hash.size()});
    return made;
}

}  // namespace tradewind::notify
