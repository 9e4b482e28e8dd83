// The door for streamed records: splits a request's body, checks each record against the contract,
// and appends. The answer comes once the records are durable.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "contract/contract.h"
#include "stream/stream.h"

namespace tradewind::ingest {

enum class OnInvalid { Refuse, DeadLetter };

struct Post {
    std::string_view stream;
    std::string_view content_type;      // application/json (default), application/x-ndjson
    std::string_view content_encoding;  // "", identity, gzip, zstd
    std::string_view idempotency_key;
    OnInvalid on_invalid = OnInvalid::Refuse;
    std::string body;  // as received
};

// A record that broke the contract: its place in the request, from 0, and why.
struct InvalidRecord {
    std::int64_t index = 0;
    contract::Rejection rejection;
};

// What became of a post. With `invalid` non-empty the whole request was refused (400).
struct Refusal {
    Error error;
    std::vector<InvalidRecord> invalid;         // the first invalid_listed_max, with their reasons
    std::vector<std::int64_t> invalid_indexes;  // all of them, ascending
    bool too_large = false;                     // 413
    bool unsupported = false;                   // 415: content type or encoding
};
constexpr std::size_t invalid_listed_max = 100;

using Answer = std::variant<stream::AppendAnswer, Refusal>;
using Done = std::function<void(Answer)>;

struct IngestLimits {
    std::size_t body_bytes_max = 16u << 20;  // as received and unpacked
    std::size_t records_max = 100'000;
};

struct Door {
    std::shared_ptr<const contract::Contract> contract;
    stream::Stream* stream = nullptr;
};

// All methods: any thread; `done` is called exactly once, possibly from the stream's committer.
class Ingest {
public:
    virtual ~Ingest() = default;
    virtual void post(Post post, Done done) = 0;
};

std::unique_ptr<Ingest> make_ingest(
    IngestLimits limits, std::vector<Door> doors, MetricsRegistry& metrics
);

}  // namespace tradewind::ingest
