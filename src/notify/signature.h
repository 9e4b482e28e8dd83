// What a receiver can check that a webhook came from us, and when.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"

namespace tradewind::notify {

struct Signed {
    std::string timestamp;  // seconds since 1970, X-Tradewind-Timestamp
    std::string signature;  // "sha256=<hex>", X-Tradewind-Signature
};
// HMAC-SHA256, with the secret as key, of the timestamp, a full stop and the body: who has heard a
// notice cannot send it again later as a new one.
Signed sign(std::string_view secret, Timestamp at, std::string_view body);

}  // namespace tradewind::notify
