// What is remembered of a request with an idempotency key: enough to give the same answer again.
// Keys and bodies are remembered by 128-bit fingerprint; the texts themselves stand in the log.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/ids.h"
#include "stream/stream.h"

namespace tradewind::stream {

struct Fingerprint {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool operator==(const Fingerprint&) const = default;
};

Fingerprint fingerprint_of(std::string_view bytes);

// Of an idempotency key. That of a key that is kept for ever shows it, wherever it is written down:
// a mark takes the place of 32 of its bits.
Fingerprint key_fingerprint_of(std::string_view key);
bool is_kept(const Fingerprint& key);

struct StoredAnswer {
    Fingerprint key;
    Fingerprint body;
    Timestamp received_at;
    AppendAnswer answer;
};

void encode_stored_answer(std::string& out, const StoredAnswer& stored);
// Check in.ok() afterwards.
StoredAnswer decode_stored_answer(ByteReader& in);

}  // namespace tradewind::stream

template <>
struct std::hash<tradewind::stream::Fingerprint> {
    std::size_t operator()(const tradewind::stream::Fingerprint& fingerprint) const noexcept {
        return fingerprint.low;
    }
};
