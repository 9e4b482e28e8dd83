#include <gtest/gtest.h>

#include "api/operations.h"
#include "api/test_platform.h"

namespace tradewind::api {
namespace {

using fakes::expect_problem;
using fakes::json_of;
using fakes::TestPlatform;

ingest::Refusal refusal(ErrorCode code) {
    return {
        .error = Error(code, "refused").with_hint("Mend it."),
        .invalid = {},
        .invalid_indexes = {},
        .too_large = false,
        .unsupported = false
    };
}

// Proves that a key which says nothing is refused: whoever sends one believes that he can send
// again.
TEST(AppendRecords, EmptyIdempotencyKeys) {
    TestPlatform platform;
    int posts = 0;
    platform.ingest.on_post = [&](ingest::Post, ingest::Done done) {
        ++posts;
        done(fakes::accepted(1));
    };
    const auto post = [&](const std::string& key) {
        return platform.post("/v1/streams/online_retail/records", "{}", {{"idempotency-key", key}});
    };
    for (const char* key : {"", "  ", "\"\"", "a\x80"}) {
        Response refused = post(key);
        EXPECT_NE(expect_problem(refused, 400).find("the Idempotency-Key"), std::string::npos);
    }
    EXPECT_EQ(posts, 0);
    EXPECT_EQ(post("\"a\"").status, 200);
    EXPECT_EQ(post("bestell-nr-7-\xc3\xbc").status, 200);
    EXPECT_EQ(posts, 2);
}

// Proves that everything the door needs to know arrives there, and that its answer comes back
// whole.
TEST(AppendRecords, PassesTheRequestOn) {
    TestPlatform platform;
    ingest::Post seen;
    std::string stream, type, encoding, key;
    platform.ingest.on_post = [&](ingest::Post post, ingest::Done done) {
        stream = post.stream;
        type = post.content_type;
        encoding = post.content_encoding;
        key = post.idempotency_key;
        seen.body = post.body;
        seen.on_invalid = post.on_invalid;
        done(fakes::accepted(2));
    };
    Response response = platform.post(
        "/v1/streams/online_retail/records?on_invalid=deadletter",
        "[{},{}]",
        {{"content-type", "application/x-ndjson"},
         {"content-encoding", "gzip"},
         {"idempotency-key", "k1"}}
    );
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(
        response.body,
        R"({"accepted":2,"rejected":0,"offsets":[{"partition":2,"first":40,"last":41}]})"
    );
    EXPECT_FALSE(response.headers.contains("idempotent-replayed"));
    EXPECT_EQ(
        stream + "|" + type + "|" + encoding + "|" + key,
        "online_retail|application/x-ndjson|gzip|k1"
    );
    EXPECT_EQ(seen.body, "[{},{}]");
    EXPECT_EQ(seen.on_invalid, ingest::OnInvalid::DeadLetter);
}

// Proves that a client can tell the answer to an earlier request from a new one.
TEST(AppendRecords, MarksARepeatedAnswer) {
    TestPlatform platform;
    platform.ingest.on_post = [](ingest::Post, ingest::Done done) {
        auto answer = std::get<stream::AppendAnswer>(fakes::accepted(1));
        answer.repeated = true;
        done(answer);
    };
    const Response response = platform.post("/v1/streams/online_retail/records", "{}");
    EXPECT_EQ(response.headers.at("idempotent-replayed"), "true");
}

// Proves that each way of being refused has the status of DESIGN §4, and that bad records are
// named.
TEST(AppendRecords, RefusalsHaveTheirStatus) {
    TestPlatform platform;
    ingest::Refusal next = refusal(ErrorCode::InvalidArgument);
    platform.ingest.on_post = [&next](ingest::Post, ingest::Done done) { done(next); };
    const auto post = [&platform] {
        return platform.post("/v1/streams/online_retail/records", "{}");
    };

    const std::pair<ErrorCode, int> cases[] = {
        {ErrorCode::InvalidArgument, 400},
        {ErrorCode::NotFound, 404},
        {ErrorCode::Conflict, 422},
        {ErrorCode::Unavailable, 503},
        {ErrorCode::ResourceExhausted, 429},
        {ErrorCode::Io, 500}
    };
    for (const auto& [code, status] : cases) {
        next = refusal(code);
        Response response = post();
        EXPECT_EQ(expect_problem(response, status), "refused | Mend it.");
    }
    next = refusal(ErrorCode::ResourceExhausted);
    next.too_large = true;
    Response too_large = post();
    expect_problem(too_large, 413);
    next = refusal(ErrorCode::InvalidArgument);
    next.unsupported = true;
    Response unsupported = post();
    expect_problem(unsupported, 415);
    next = refusal(ErrorCode::InvalidArgument);
    next.invalid = {{3, {"wrong_type", "quantity", "quantity: \"six\" is not an integer"}}};
    next.invalid_indexes = {3, 5};
    Response invalid = post();
    const json::Value body = json_of(invalid);
    EXPECT_EQ(body.text_or("type", ""), "urn:tradewind:problem:invalid_records");
    EXPECT_EQ(body.find("error_indexes")->dump(), "[3,5]");
    EXPECT_EQ(body.find("errors")->items()[0].integer_or("index", 0), 3);
}

// Proves that a wrong value of on_invalid or another content type never reaches the door.
TEST(AppendRecords, ChecksItsParameters) {
    TestPlatform platform;
    platform.ingest.on_post = [](ingest::Post, ingest::Done) { FAIL(); };
    Response response = platform.post("/v1/streams/online_retail/records?on_invalid=drop", "{}");
    EXPECT_EQ(
        expect_problem(response, 400),
        "on_invalid: 'drop' is not one of its values | It can be refuse, deadletter."
    );
    Response text =
        platform.post("/v1/streams/online_retail/records", "{}", {{"content-type", "text/plain"}});
    expect_problem(text, 415);
}

// Proves that a large body is checked by a worker, not in the server's thread.
TEST(AppendRecords, LargeBodiesGoToWorkers) {
    TestPlatform platform;
    std::thread::id door;
    platform.ingest.on_post = [&door](ingest::Post, ingest::Done done) {
        door = std::this_thread::get_id();
        done(fakes::accepted(1));
    };
    platform.post("/v1/streams/online_retail/records", "{}");
    EXPECT_TRUE(door == std::this_thread::get_id());
    platform.post("/v1/streams/online_retail/records", std::string(quick_body_bytes_max + 1, ' '));
    EXPECT_TRUE(door != std::this_thread::get_id());
}

// Proves the addresses of reading: by offset, by time, page after page, with values as they were
// sent.
TEST(ReadRecords, ByOffsetAndTime) {
    TestPlatform platform;
    Response first = platform.get("/v1/streams/online_retail/records?partition=0&limit=2");
    EXPECT_EQ(
        first.body,
        R"({"records":[{"partition":0,"offset":0,"position":0,"received_at":"2010-12-01T08:26:00Z","key":"k","value":{"a":1.10},"value_encoding":"json"},)"
        R"({"partition":0,"offset":1,"position":1,"received_at":"2010-12-01T08:26:00.000001Z","key":"k","value":{"a":2},"value_encoding":"json"}],"next_offset":2})"
    );
    Response end = platform.get("/v1/streams/online_retail/records?partition=0&offset=3");
    EXPECT_EQ(end.body, R"({"records":[],"next_offset":3})");
    Response later = platform.get("/v1/streams/online_retail/records?partition=0&time=2011-01-01");
    EXPECT_EQ(json_of(later).integer_or("next_offset", 0), 3);
    platform.stream.values = {"\xff"};
    Response bytes = platform.get("/v1/streams/online_retail/records");
    EXPECT_NE(bytes.body.find(R"("value":"/w==","value_encoding":"base64")"), std::string::npos);
}

// Proves that without a partition the whole stream is read, in its order, and that what the door
// refused is passed by.
TEST(ReadRecords, OfTheWholeStream) {
    TestPlatform platform;
    platform.stream.refused = 4;
    const auto page = [&](const std::string& parameters) {
        Response response = platform.get("/v1/streams/online_retail/records?" + parameters);
        const json::Value body = json_of(response);
        std::string shown;
        for (const json::Value& record : body.find("records")->items())
            shown += std::to_string(record.integer_or("position", -1)) + " ";
        EXPECT_EQ(body.find("next_offset"), nullptr);
        return shown + "> " + std::to_string(body.integer_or("next_position", -1));
    };
    EXPECT_EQ(page("limit=2"), "4 5 > 6");
    EXPECT_EQ(page("limit=100"), "4 5 6 > 7");
    EXPECT_EQ(page("position=6"), "6 > 7");
    EXPECT_EQ(page("position=7"), "> 7");
    platform.stream.refused = 0;
    platform.stream.state.next = Position(3);
    EXPECT_EQ(page("time=2010-12-01T08:26:00.000001Z"), "2 > 3");
    EXPECT_EQ(page("time=2009-12-01"), "0 1 2 > 3");
}

// Proves that addresses that are none are refused with what there is.
TEST(ReadRecords, WrongAddresses) {
    TestPlatform platform;
    platform.stream.state.partitions[0].first = Offset(10);
    const std::pair<const char*, int> cases[] = {
        {"/v1/streams/online_retial/records", 404},
        {"/v1/streams/online_retail/records?partition=1", 404},
        {"/v1/streams/online_retail/records?partition=0&offset=9", 404},
        {"/v1/streams/online_retail/records?partition=0&offset=11&time=2011-01-01", 400},
        {"/v1/streams/online_retail/records?partition=0&position=3", 400},
        {"/v1/streams/online_retail/records?position=3&time=2011-01-01", 400},
        {"/v1/streams/online_retail/records?offset=9", 400},
        {"/v1/streams/online_retail/records?limit=10001", 400},
    };
    for (const auto& [target, status] : cases) {
        Response response = platform.get(target);
        expect_problem(response, status);
    }
    Response response = platform.get("/v1/streams/online_retial/lag");
    EXPECT_EQ(
        expect_problem(response, 404),
        "there is no stream 'online_retial' | Did you mean 'online_retail'?"
    );
}

// Proves that lag is that of the furthest sink, and that a stuck one says why.
TEST(StreamLag, NamesTheSinks) {
    TestPlatform platform;
    platform.stream.state.next = Position(100);
    platform.stream.state.consumers = {{"raw", Position(90), 10}};
    platform.delivery.statuses = {
        {"raw", Position(90), 10, false, ""}, {"table", Position(40), 60, true, "disk full"}
    };
    Response response = platform.get("/v1/streams/online_retail/lag");
    EXPECT_EQ(
        response.body,
        R"({"stream":"online_retail","next_position":100,"lag":60,"sinks":[{"name":"raw","position":90,"lag":10,"paused":false,"error":null},)"
        R"({"name":"table","position":40,"lag":60,"paused":true,"error":"disk full"}],"consumers":[{"name":"raw","committed":90,"lag":10}]})"
    );
    Response list = platform.get("/v1/streams");
    EXPECT_EQ(json_of(list).find("streams")->items()[0].text_or("name", ""), "online_retail");
}

}  // namespace
}  // namespace tradewind::api
