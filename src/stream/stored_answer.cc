#include "stream/stored_answer.h"

#include <charconv>

#include "base/check.h"
#include "base/hash.h"

namespace tradewind::stream {

namespace {

std::uint64_t from_hex(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    CHECK(error == std::errc{} && end == digits.data() + digits.size());
    return value;
}

// "KEPT". One ordinary key in four billion carries it by chance, and is kept too.
constexpr std::uint64_t kept_mark = 0x4b455054ULL << 32;
constexpr std::uint64_t mark_bits = 0xffffffffULL << 32;

std::int64_t signed_of(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

}  // namespace

Fingerprint fingerprint_of(std::string_view bytes) {
    const std::string digits = hash128(bytes);
    return {
        from_hex(std::string_view(digits).substr(0, 16)),
        from_hex(std::string_view(digits).substr(16))
    };
}

Fingerprint key_fingerprint_of(std::string_view key) {
    Fingerprint fingerprint = fingerprint_of(key);
    if (key.starts_with(kept_key_prefix)) {
        fingerprint.high = (fingerprint.high & ~mark_bits) | kept_mark;
    }
    return fingerprint;
}

bool is_kept(const Fingerprint& key) {
    return (key.high & mark_bits) == kept_mark;
}

void encode_stored_answer(std::string& out, const StoredAnswer& stored) {
    put_fixed(out, stored.key.high);
    put_fixed(out, stored.key.low);
    put_fixed(out, stored.body.high);
    put_fixed(out, stored.body.low);
    put_fixed(out, stored.received_at.micros);
    put_varint(out, static_cast<std::uint64_t>(stored.answer.accepted));
    put_varint(out, static_cast<std::uint64_t>(stored.answer.rejected));
    put_varint(out, stored.answer.offsets.size());
    for (const PartitionRange& range : stored.answer.offsets) {
        put_varint(out, static_cast<std::uint64_t>(range.partition.value));
        put_varint(out, static_cast<std::uint64_t>(range.first.value));
        put_varint(out, static_cast<std::uint64_t>(range.last.value - range.first.value));
    }
}

StoredAnswer decode_stored_answer(ByteReader& in) {
    StoredAnswer stored;
    stored.key.high = in.fixed<std::uint64_t>();
    stored.key.low = in.fixed<std::uint64_t>();
    stored.body.high = in.fixed<std::uint64_t>();
    stored.body.low = in.fixed<std::uint64_t>();
    stored.received_at.micros = in.fixed<std::int64_t>();
    stored.answer.accepted = signed_of(in.varint());
    stored.answer.rejected = signed_of(in.varint());
    for (std::uint64_t ranges = in.varint(); ranges > 0 && in.ok(); --ranges) {
        PartitionRange range;
        range.partition = PartitionId(static_cast<std::int32_t>(in.varint()));
        range.first = Offset(signed_of(in.varint()));
        range.last = range.first + signed_of(in.varint());
        stored.answer.offsets.push_back(range);
    }
    return stored;
}

}  // namespace tradewind::stream
