// The door, in front of a stream that remembers what it was given.
#include "ingest/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <vector>

#include "base/hash.h"
#include "base/yaml.h"
#include "ingest/body.h"

namespace tradewind::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Stored {
    stream::RecordKind kind;
    std::string key;
    std::string value;
    std::string reason_type;
    std::int64_t index;
};

// Keeps records; answers at once. Of the keys it knows the last one.
class RememberingStream : public stream::Stream {
public:
    void append(const stream::AppendRequest& request, Done done) override {
        stream::AppendAnswer answer;
        for (const stream::NewRecord& record : request.records) {
            (record.kind == stream::RecordKind::Accepted ? answer.accepted : answer.rejected) += 1;
            stored.push_back(
                {record.kind,
                 std::string(record.key),
                 std::string(record.value),
                 std::string(record.reason_type),
                 record.index}
            );
        }
        idempotency_key = request.idempotency_key;
        body_hash = request.body_hash;
        done(answer);
    }
    void find_answer(std::string_view key, std::string_view hash, Done done) override {
        if (key != idempotency_key) return done(Error(ErrorCode::NotFound, "free"));
        if (hash != body_hash) return done(Error(ErrorCode::Conflict, "another body"));
        stream::AppendAnswer answer;
        answer.accepted = 7;
        answer.repeated = true;
        done(answer);
    }
    Result<std::size_t> commit_pending() override { return std::size_t{0}; }
    Result<stream::ReadBatch> read(Position, stream::ReadLimits) override {
        return stream::ReadBatch{};
    }
    Result<stream::ReadBatch> read_partition(PartitionId, Offset, stream::ReadLimits) override {
        return stream::ReadBatch{};
    }
    Result<Offset> offset_at(PartitionId, Timestamp) override { return Offset{0}; }
    bool wait_for(Position, std::int64_t) override { return false; }
    Result<void> commit(const std::string&, Position) override { return {}; }
    std::optional<Position> committed(const std::string&) override { return std::nullopt; }
    Result<void> forget(const std::string&) override { return {}; }
    Result<int> apply_retention() override { return 0; }
    stream::StreamInfo info() override { return {}; }
    PartitionId partition_of(std::string_view) const override { return PartitionId{0}; }
    Result<void> verify() override { return {}; }
    Result<void> stop() override { return {}; }

    std::vector<Stored> stored;
    std::string idempotency_key;
    std::string body_hash;
};

constexpr const char* contract_text = R"(
source: orders
kind: stream
partition_by: order_no
fields:
  order_no: {type: text, required: true}
  quantity: {type: integer, required: true}
)";

class IngestTest : public testing::Test {
protected:
    IngestTest() {
        limits_.body_bytes_max = 4096;
        limits_.records_max = 50;
        open();
    }

    void open() {
        const auto contract =
            MUST(contract::parse_contract(MUST(yaml::parse(contract_text, "orders.yml"))));
        ingest_ = make_ingest(limits_, {{contract, &stream_}}, metrics_);
    }

    Answer post(std::string body, const std::function<void(Post&)>& change = [](Post&) {}) {
        Post request;
        request.stream = "orders";
        request.body = std::move(body);
        change(request);
        std::optional<Answer> answer;
        ingest_->post(std::move(request), [&](Answer given) { answer = std::move(given); });
        CHECK(answer.has_value());
        return *std::move(answer);
    }

    Refusal refused(std::string body, const std::function<void(Post&)>& change = [](Post&) {}) {
        Answer answer = post(std::move(body), change);
        CHECK(std::holds_alternative<Refusal>(answer));
        return std::get<Refusal>(std::move(answer));
    }

    IngestLimits limits_;
    MetricsRegistry metrics_;
    RememberingStream stream_;
    std::unique_ptr<Ingest> ingest_;
};

void ndjson(Post& post) {
    post.content_type = "application/x-ndjson; charset=utf-8";
}

std::string gzip(const std::string& plain) {
    std::string packed(plain.size() + 1024, '\0');
    z_stream stream{};
    CHECK(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

std::string zstd(const std::string& plain) {
    std::string packed(ZSTD_compressBound(plain.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
    return packed;
}

// One object, an array and NDJSON all become records with their key and their own bytes.
TEST_F(IngestTest, TakesEveryShapeOfBody) {
    EXPECT_EQ(
        std::get<stream::AppendAnswer>(post(R"({"order_no":"A1","quantity":2})")).accepted, 1
    );
    EXPECT_EQ(
        std::get<stream::AppendAnswer>(
            post(R"([{"order_no":"B1","quantity":1}, {"order_no":"B2","quantity":"3"}])")
        )
            .accepted,
        2
    );
    EXPECT_EQ(
        std::get<stream::AppendAnswer>(
            post("{\"order_no\":\"C1\",\"quantity\":1}\n{\"order_no\":77,\"quantity\":1}\n", ndjson)
        )
            .accepted,
        2
    );
    std::vector<std::string> keys;
    for (const Stored& stored : stream_.stored) keys.push_back(stored.key);
    EXPECT_THAT(keys, ElementsAre("A1", "B1", "B2", "C1", "77"));
    EXPECT_EQ(stream_.stored[2].value, R"({"order_no":"B2","quantity":"3"})");
}

// One bad record refuses the whole request and is named by its place; nothing reaches the stream.
TEST_F(IngestTest, RefusesARequestWithABadRecord) {
    const Refusal refusal = refused(
        R"([{"order_no":"A","quantity":1},{"order_no":"B","quantity":"six"},{"quantity":1}])"
    );
    EXPECT_EQ(refusal.error.code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(refusal.invalid_indexes, ElementsAre(1, 2));
    EXPECT_EQ(refusal.error.detail(), "");
    ASSERT_EQ(refusal.invalid.size(), 2u);
    EXPECT_EQ(refusal.invalid[0].index, 1);
    EXPECT_THAT(refusal.invalid[0].rejection.reason, HasSubstr("six"));
    EXPECT_EQ(refusal.invalid[1].index, 2);
    EXPECT_TRUE(stream_.stored.empty());
}

// A request that was answered is answered so again, also when its records no longer fit; with other
// bytes it is a conflict. Only a free key is refused for its records.
TEST_F(IngestTest, AUsedKeyKeepsItsAnswer) {
    stream_.idempotency_key = "used";
    for (const std::string bad : {R"({"order_no":"A","quantity":"six"})", "{"}) {
        stream_.body_hash = hash128(bad);
        const auto with = [](const std::string& key) {
            return [key](Post& post) { post.idempotency_key = key; };
        };
        const Answer again = post(bad, with("used"));
        ASSERT_TRUE(std::holds_alternative<stream::AppendAnswer>(again));
        EXPECT_TRUE(std::get<stream::AppendAnswer>(again).repeated);
        EXPECT_EQ(refused(bad + " ", with("used")).error.code(), ErrorCode::Conflict);
        EXPECT_EQ(refused(bad, with("free")).error.code(), ErrorCode::InvalidArgument);
    }
    EXPECT_TRUE(stream_.stored.empty());
}

// However many records are bad, each is named; where not all have their reason, it says so.
TEST_F(IngestTest, NamesEveryBadRecord) {
    limits_ = {};
    open();
    std::string body;
    std::vector<std::int64_t> bad;
    for (std::int64_t i = 0; i < 500; ++i) {
        const bool good = i % 3 == 0;
        if (!good) bad.push_back(i);
        body += good ? "{\"order_no\":\"A\",\"quantity\":1}\n" : "{\"order_no\":\"A\"}\n";
    }
    const Refusal refusal = refused(body, ndjson);
    EXPECT_EQ(refusal.invalid_indexes, bad);
    ASSERT_EQ(refusal.invalid.size(), invalid_listed_max);
    EXPECT_EQ(refusal.invalid.back().index, bad[invalid_listed_max - 1]);
    EXPECT_THAT(refusal.error.message(), HasSubstr("333 of 500 records break"));
    EXPECT_EQ(refusal.error.detail(), "Reasons are given for the first 100.");
}

// A record that is nested too deeply is its own fault, in an array as on a line of its own.
TEST_F(IngestTest, OneDeepRecordSparesTheOthers) {
    const std::string deep = R"({"order_no":)" + std::string(70, '[') + std::string(70, ']') + "}";
    const auto answer = post(R"([{"order_no":"A","quantity":1},)" + deep + "]", [](Post& request) {
        request.on_invalid = OnInvalid::DeadLetter;
    });
    ASSERT_TRUE(std::holds_alternative<stream::AppendAnswer>(answer));
    EXPECT_EQ(std::get<stream::AppendAnswer>(answer).accepted, 1);
    EXPECT_EQ(std::get<stream::AppendAnswer>(answer).rejected, 1);
    const Refusal refusal = refused("[" + deep + "]");
    EXPECT_EQ(refusal.invalid_indexes, (std::vector<std::int64_t>{0}));
}

// Under on_invalid=deadletter good and bad records stand in one append, each with its place.
TEST_F(IngestTest, KeepsTheGoodAndTheBadWhenAsked) {
    const auto answer = post(
        "{\"order_no\":\"A\",\"quantity\":1}\nnot json\n{\"order_no\":\"B\"}\n",
        [](Post& request) {
            ndjson(request);
            request.on_invalid = OnInvalid::DeadLetter;
        }
    );
    EXPECT_EQ(std::get<stream::AppendAnswer>(answer).accepted, 1);
    EXPECT_EQ(std::get<stream::AppendAnswer>(answer).rejected, 2);
    ASSERT_EQ(stream_.stored.size(), 3u);
    EXPECT_EQ(stream_.stored[1].kind, stream::RecordKind::Rejected);
    EXPECT_EQ(stream_.stored[1].value, "not json");
    EXPECT_EQ(stream_.stored[1].reason_type, "invalid_json");
    EXPECT_EQ(stream_.stored[1].index, 1);
    EXPECT_EQ(stream_.stored[2].reason_type, "missing_field");
}

// Packed bodies are unpacked within the limit; cut off and damaged ones are named as such.
TEST_F(IngestTest, UnpacksBodies) {
    const std::string record = R"({"order_no":"A1","quantity":2})";
    const auto packed_as = [](const char* encoding) {
        return [encoding](Post& request) { request.content_encoding = encoding; };
    };
    EXPECT_TRUE(std::holds_alternative<stream::AppendAnswer>(post(gzip(record), packed_as("gzip")))
    );
    EXPECT_TRUE(std::holds_alternative<stream::AppendAnswer>(post(zstd(record), packed_as("zstd")))
    );
    EXPECT_EQ(stream_.stored.size(), 2u);

    const std::string whole = gzip(record);
    for (std::size_t size = 1; size < whole.size(); ++size) {
        EXPECT_EQ(
            refused(whole.substr(0, size), packed_as("gzip")).error.code(),
            ErrorCode::InvalidArgument
        ) << size;
    }
    const std::string frame = zstd(record);
    for (std::size_t size = 1; size < frame.size(); ++size) {
        EXPECT_EQ(
            refused(frame.substr(0, size), packed_as("zstd")).error.code(),
            ErrorCode::InvalidArgument
        ) << size;
    }
    EXPECT_TRUE(refused(gzip(std::string(1u << 20, ' ')), packed_as("gzip")).too_large);
    EXPECT_TRUE(refused(zstd(std::string(1u << 20, ' ')), packed_as("zstd")).too_large);
    EXPECT_TRUE(refused(record, packed_as("br")).unsupported);
}

struct BadBody {
    const char* name;
    std::string body;
    ErrorCode code;
};

// Bodies that are no records get a clear refusal, and nothing reaches the stream.
TEST_F(IngestTest, RefusesWhatIsNoBody) {
    const BadBody cases[] = {
        {"empty", "", ErrorCode::InvalidArgument},
        {"blank", " \n\t ", ErrorCode::InvalidArgument},
        {"number", "42", ErrorCode::InvalidArgument},
        {"cut off", R"([{"order_no":"A")", ErrorCode::InvalidArgument},
        {"deep", std::string(3000, '['), ErrorCode::InvalidArgument},
    };
    for (const BadBody& bad : cases)
        EXPECT_EQ(refused(bad.body).error.code(), bad.code) << bad.name;
    EXPECT_TRUE(refused(std::string(5000, ' ') + "{}").too_large);
    EXPECT_TRUE(refused("{}", [](Post& request) { request.content_type = "text/html"; }).unsupported
    );
    std::string many;
    for (int i = 0; i < 51; ++i) many += "{\"order_no\":\"A\",\"quantity\":1}\n";
    EXPECT_FALSE(refused(many, ndjson).error.message().empty());
    EXPECT_TRUE(stream_.stored.empty());
}

TEST_F(IngestTest, NamesTheNearestStream) {
    const Refusal refusal = refused("{}", [](Post& request) { request.stream = "order"; });
    EXPECT_EQ(refusal.error.code(), ErrorCode::NotFound);
    EXPECT_THAT(refusal.error.hint(), HasSubstr("orders"));
}

// The key travels with a hash of the plain body, so that packing it anew is the same request.
TEST_F(IngestTest, HashesTheBodyOnlyWithAKey) {
    post(R"({"order_no":"A1","quantity":2})");
    EXPECT_EQ(stream_.body_hash, "");
    post(R"({"order_no":"A1","quantity":2})", [](Post& request) {
        request.idempotency_key = "k1";
    });
    const std::string first = stream_.body_hash;
    EXPECT_EQ(stream_.idempotency_key, "k1");
    EXPECT_FALSE(first.empty());
    post(R"({"order_no":"A1","quantity":3})", [](Post& request) {
        request.idempotency_key = "k1";
    });
    EXPECT_NE(stream_.body_hash, first);
    post(gzip(R"({"order_no":"A1","quantity":2})"), [](Post& request) {
        request.content_encoding = "gzip";
        request.idempotency_key = "k1";
    });
    EXPECT_EQ(stream_.body_hash, first);
}

// Keys of replays are not for clients: nothing of such a request reaches the stream.
TEST_F(IngestTest, RefusesKeysOfReplays) {
    const auto answer = post(R"({"order_no":"A1","quantity":2})", [](Post& request) {
        request.idempotency_key = "dl:orders/1/0";
    });
    EXPECT_EQ(std::get<Refusal>(answer).error.code(), ErrorCode::InvalidArgument);
    EXPECT_TRUE(stream_.stored.empty());
}

}  // namespace
}  // namespace tradewind::ingest
