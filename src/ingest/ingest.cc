#include "ingest/ingest.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/guarded.h"
#include "base/hash.h"
#include "base/text.h"
#include "ingest/body.h"

namespace tradewind::ingest {

namespace {

Refusal refusal(Error error) {
    return Refusal{
        .error = std::move(error),
        .invalid = {},
        .invalid_indexes = {},
        .too_large = false,
        .unsupported = false
    };
}

Refusal too_large(std::string what, std::string hint) {
    Refusal refused =
        refusal(Error(ErrorCode::ResourceExhausted, std::move(what)).with_hint(std::move(hint)));
    refused.too_large = true;
    return refused;
}

Refusal unsupported(std::string what, std::string hint) {
    Refusal refused =
        refusal(Error(ErrorCode::InvalidArgument, std::move(what)).with_hint(std::move(hint)));
    refused.unsupported = true;
    return refused;
}

// "application/json; charset=utf-8" → "application/json"
std::string media_type(std::string_view header) {
    return to_lower_ascii(trim(header.substr(0, header.find(';'))));
}

std::variant<contract::BodyFormat, Refusal> body_format(std::string_view content_type) {
    const std::string type = media_type(content_type);
    if (type.empty() || type == "application/json" || type == "application/x-www-form-urlencoded") {
        return contract::BodyFormat::Json;  // what curl -d sends by default is JSON in practice
    }
    if (type == "application/x-ndjson" || type == "application/jsonl" ||
        type == "application/ndjson") {
        return contract::BodyFormat::Ndjson;
    }
    return unsupported(
        "content type " + type + " is not supported",
        "Send application/json or application/x-ndjson."
    );
}

// Everything one request needs besides its body; kept and used again by later requests.
struct Workbench {
    explicit Workbench(const std::shared_ptr<const contract::Contract>& contract)
        : decoder(contract::make_decoder(contract)), rows(contract->columns()) {}

    std::unique_ptr<contract::Decoder> decoder;
    RowBatch rows;     // only proof that a record fits; delivery decodes again
    std::string keys;  // partition keys, one after another
    std::vector<std::size_t> key_ends;
    std::vector<contract::Rejection> rejections;
    stream::AppendRequest append;

    void clear() {
        rows.clear();
        keys.clear();
        key_ends.clear();
        rejections.clear();
        append.records.clear();
        append.idempotency_key = {};
        append.body_hash = {};
    }
};

// The door of one stream.
class StreamDoor {
public:
    StreamDoor(Door door, const IngestLimits& limits, MetricsRegistry& metrics)
        : door_(std::move(door)),
          limits_(limits),
          accepted_(metrics.counter(
              "tradewind_ingest_records_total",
              "Records by what the door said of them.",
              {{"stream", door_.contract->name()}, {"result", "accepted"}}
          )),
          rejected_(metrics.counter(
              "tradewind_ingest_records_total",
              "Records by what the door said of them.",
              {{"stream", door_.contract->name()}, {"result", "rejected"}}
          )),
          refused_(metrics.counter(
              "tradewind_ingest_records_total",
              "Records by what the door said of them.",
              {{"stream", door_.contract->name()}, {"result", "refused"}}
          )) {}

    void post(Post post, contract::BodyFormat format, Done done) {
        // A client's key must never pass for a replay's.
        if (post.idempotency_key.starts_with(stream::kept_key_prefix))
            return done(refusal(Error(
                                    ErrorCode::InvalidArgument,
                                    "idempotency keys that begin with dl: are the platform's own"
            )
                                    .with_hint("Send the request with another key.")));
        if (auto refused = unpack(post)) return done(std::move(*refused));
        // Of the plain bytes: who packs anew for every try sends others each time.
        const std::string hash = post.idempotency_key.empty() ? std::string() : hash128(post.body);

        const std::size_t size = post.body.size();
        post.body.append(contract::record_padding, '\0');
        auto split = contract::split_records(
            std::string_view(post.body).substr(0, size), format, limits_.records_max
        );
        if (!split.ok()) return refuse(post, hash, refusal(std::move(split).error()), done);

        std::unique_ptr<Workbench> bench = borrow();
        check(*split, *bench);
        if (!bench->rejections.empty() && post.on_invalid == OnInvalid::Refuse) {
            Refusal refused = refuse_invalid(*bench);
            give_back(std::move(bench));
            return refuse(post, hash, std::move(refused), done);
        }
        bench->append.idempotency_key = post.idempotency_key;
        bench->append.body_hash = hash;
        door_.stream->append(
            bench->append,
            [this, done = std::move(done)](Result<stream::AppendAnswer> answer) {
                if (answer.ok()) {
                    count(*answer);
                    return done(std::move(answer).take());
                }
                done(refusal(std::move(answer).error()));
            }
        );
        give_back(std::move(bench));
    }

private:
    // A key that was used keeps its answer, whatever the contract says of the records by now.
    void refuse(const Post& post, const std::string& hash, Refusal refused, const Done& done) {
        if (post.idempotency_key.empty()) return done(std::move(refused));
        door_.stream->find_answer(
            post.idempotency_key,
            hash,
            [done, refused = std::move(refused)](Result<stream::AppendAnswer> answer) mutable {
                if (answer.ok()) return done(std::move(answer).take());
                const bool free = answer.error().code() == ErrorCode::NotFound;
                done(free ? std::move(refused) : refusal(std::move(answer).error()));
            }
        );
    }

    std::optional<Refusal> unpack(Post& post) const {
        const std::string encoding = media_type(post.content_encoding);
        if (encoding.empty() || encoding == "identity") {
            if (post.body.size() <= limits_.body_bytes_max) return std::nullopt;
            return too_large(
                "body is larger than " + std::to_string(limits_.body_bytes_max) + " bytes",
                "Send fewer records in a request."
            );
        }
        if (encoding != "gzip" && encoding != "x-gzip" && encoding != "zstd") {
            return unsupported(
                "content encoding " + encoding + " is not supported",
                "Send gzip, zstd or plain bodies."
            );
        }
        auto plain = encoding == "zstd" ? unpack_zstd(post.body, limits_.body_bytes_max)
                                        : unpack_gzip(post.body, limits_.body_bytes_max);
        if (!plain.ok()) {
            Refusal refused = refusal(std::move(plain).error());
            refused.too_large = refused.error.code() == ErrorCode::ResourceExhausted;
            return refused;
        }
        post.body = std::move(plain).take();
        return std::nullopt;
    }

    // Fills the append request: accepted records with their key, rejected ones with their reason.
    void check(const std::vector<std::string_view>& records, Workbench& bench) const {
        for (std::size_t i = 0; i < records.size(); ++i) {
            stream::NewRecord record;
            record.value = records[i];
            record.index = static_cast<std::int64_t>(i);
            auto rejection = bench.decoder->decode_json(records[i], bench.rows);
            if (rejection) {
                record.kind = stream::RecordKind::Rejected;
                bench.rejections.push_back(std::move(*rejection));
            } else {
                bench.rows.commit_row({});
                bench.keys.append(bench.decoder->partition_key());
            }
            bench.key_ends.push_back(bench.keys.size());
            bench.append.records.push_back(record);
        }
        point_at_texts(bench);
    }

    // Views are set last: the strings they point into have stopped growing.
    static void point_at_texts(Workbench& bench) {
        std::size_t key_begin = 0;
        std::size_t next_rejection = 0;
        for (std::size_t i = 0; i < bench.append.records.size(); ++i) {
            stream::NewRecord& record = bench.append.records[i];
            record.key =
                std::string_view(bench.keys).substr(key_begin, bench.key_ends[i] - key_begin);
            key_begin = bench.key_ends[i];
            if (record.kind == stream::RecordKind::Rejected) {
                const contract::Rejection& rejection = bench.rejections[next_rejection++];
                record.reason = rejection.reason;
                record.reason_type = rejection.type;
            }
        }
    }

    Refusal refuse_invalid(const Workbench& bench) {
        const std::size_t record_count = bench.append.records.size();
        refused_.add(static_cast<std::int64_t>(record_count));
        std::vector<std::int64_t> indexes;
        for (const stream::NewRecord& record : bench.append.records) {
            if (record.kind == stream::RecordKind::Rejected) indexes.push_back(record.index);
        }
        Refusal refused = refusal(invalid_error(indexes.size(), record_count));
        for (std::size_t i = 0; i < std::min(indexes.size(), invalid_listed_max); ++i)
            refused.invalid.push_back({indexes[i], bench.rejections[i]});
        refused.invalid_indexes = std::move(indexes);
        return refused;
    }

    Error invalid_error(std::size_t invalid_count, std::size_t record_count) const {
        Error error(
            ErrorCode::InvalidArgument,
            std::to_string(invalid_count) + " of " + std::to_string(record_count) +
                (record_count == 1 ? " record breaks" : " records break") + " the contract of " +
                door_.contract->name() + "; nothing was accepted"
        );
        std::string cut;
        if (invalid_count > invalid_listed_max)
            cut = "Reasons are given for the first " + std::to_string(invalid_listed_max) + ".";
        return std::move(error)
            .with_detail(std::move(cut))
            .with_hint(
                "Repair the records listed, or send with ?on_invalid=deadletter to keep the "
                "good ones."
            );
    }

    void count(const stream::AppendAnswer& answer) {
        if (answer.repeated) return;
        rejected_.add(answer.rejected);
        accepted_.add(answer.accepted);
    }

    std::unique_ptr<Workbench> borrow() {
        auto bench = benches_.with_lock([](auto& idle) -> std::unique_ptr<Workbench> {
            if (idle.empty()) return nullptr;
            auto last = std::move(idle.back());
            idle.pop_back();
            return last;
        });
        if (!bench) bench = std::make_unique<Workbench>(door_.contract);
        bench->clear();
        return bench;
    }

    void give_back(std::unique_ptr<Workbench> bench) {
        constexpr std::size_t idle_max = 16;
        benches_.with_lock([&](auto& idle) {
            if (idle.size() < idle_max) idle.push_back(std::move(bench));
        });
    }

    const Door door_;
    const IngestLimits limits_;
    Counter& accepted_;
    Counter& rejected_;
    Counter& refused_;
    Guarded<std::vector<std::unique_ptr<Workbench>>> benches_;
};

class StreamsIngest : public Ingest {
public:
    StreamsIngest(const IngestLimits& limits, std::vector<Door> doors, MetricsRegistry& metrics) {
        for (Door& door : doors) {
            std::string name = door.contract->name();
            doors_.emplace(
                std::move(name), std::make_unique<StreamDoor>(std::move(door), limits, metrics)
            );
        }
    }

    void post(Post post, Done done) override {
        const auto door = doors_.find(std::string(post.stream));
        if (door == doors_.end()) return done(refusal(unknown_stream(post.stream)));
        auto format = body_format(post.content_type);
        if (auto* refused = std::get_if<Refusal>(&format)) return done(std::move(*refused));
        if (trim(post.body).empty()) {
            return done(
                refusal(Error(ErrorCode::InvalidArgument, "the body is empty")
                            .with_hint("Send one JSON object, an array of objects, or NDJSON."))
            );
        }
        const auto format_of_body = std::get<contract::BodyFormat>(format);
        door->second->post(std::move(post), format_of_body, std::move(done));
    }

private:
    Error unknown_stream(std::string_view name) const {
        std::vector<std::string_view> known;
        std::string list;
        for (const auto& [stream, door] : doors_) {
            known.push_back(stream);
            list += (list.empty() ? "" : ", ") + stream;
        }
        const auto near = nearest(name, known);
        Error error(ErrorCode::NotFound, "there is no stream " + std::string(name));
        return std::move(error).with_hint(
            near           ? "Did you mean " + *near + "?"
            : list.empty() ? "No package declares one."
                           : "There are: " + list + "."
        );
    }

    std::unordered_map<std::string, std::unique_ptr<StreamDoor>> doors_;
};

}  // namespace

std::unique_ptr<Ingest> make_ingest(
    IngestLimits limits, std::vector<Door> doors, MetricsRegistry& metrics
) {
    return std::make_unique<StreamsIngest>(limits, std::move(doors), metrics);
}

}  // namespace tradewind::ingest
