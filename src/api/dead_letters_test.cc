#include <gtest/gtest.h>

#include "api/test_platform.h"

namespace tradewind::api {
namespace {

using fakes::expect_problem;
using fakes::json_of;
using fakes::TestPlatform;

constexpr const char* id = "online_retail/request/ab12/3";

void add_letter(TestPlatform& platform, std::string original) {
    deliver::DeadLetter letter;
    letter.id = id;
    letter.source = "online_retail";
    letter.stage = "door";
    letter.type = "wrong_type";
    letter.reason = "quantity: \"six\" is not an integer";
    letter.original = std::move(original);
    letter.captured_at = Timestamp{1'291'191'960'000'000};
    platform.letters.letters[id] = letter;
}

// Proves that an id with slashes is found escaped and unescaped, and that bytes that are no text
// come in base64.
TEST(DeadLetters, ShowsById) {
    TestPlatform platform;
    add_letter(platform, "{\"Quantity\":\"six\"}");
    for (const char* target :
         {"/v1/deadletters/online_retail/request/ab12/3",
          "/v1/deadletters/online_retail%2Frequest%2Fab12%2F3"}) {
        Response response = platform.get(target);
        EXPECT_EQ(
            response.body,
            R"({"id":"online_retail/request/ab12/3","stream":"online_retail","stage":"door","type":"wrong_type",)"
            R"("reason":"quantity: \"six\" is not an integer","original":"{\"Quantity\":\"six\"}","original_encoding":"utf-8",)"
            R"("state":"open","captured_at":"2010-12-01T08:26:00Z","file":null,"line":null})"
        );
    }
    add_letter(platform, "\xa3");
    Response bytes = platform.get("/v1/deadletters/online_retail/request/ab12/3");
    EXPECT_EQ(json_of(bytes).text_or("original", ""), "ow==");
    Response none = platform.get("/v1/deadletters/x");
    expect_problem(none, 404);
}

// Proves that every filter arrives, and that a wrong state is refused.
TEST(DeadLetters, ListsByFilter) {
    TestPlatform platform;
    add_letter(platform, "{}");
    Response page =
        platform.get("/v1/deadletters?stream=online_retail&state=open&limit=5&cursor=abc");
    EXPECT_EQ(json_of(page).text_or("next_cursor", ""), "bmV4dA");
    EXPECT_EQ(platform.letters.last_filter.source, "online_retail");
    EXPECT_EQ(platform.letters.last_filter.state, deliver::LetterState::Open);
    EXPECT_EQ(platform.letters.last_filter.limit, 5);
    EXPECT_EQ(platform.letters.last_filter.cursor, "abc");
    platform.get("/v1/deadletters");
    EXPECT_EQ(platform.letters.last_filter.state, std::nullopt);
    for (const char* target :
         {"/v1/deadletters?state=lost", "/v1/deadletters?limit=0", "/v1/deadletters?steam=x"}) {
        Response response = platform.get(target);
        expect_problem(response, 400);
    }
}

// Proves that a letter is replayed once, repaired or as it is, and discarded letters are shown so.
TEST(DeadLetters, ReplaysOnce) {
    TestPlatform platform;
    add_letter(platform, "{}");
    const std::string target = "/v1/deadletters/online_retail%2Frequest%2Fab12%2F3/replay";
    Response first =
        platform.post(target, R"({"Quantity":6})", {{"content-type", "application/json"}});
    EXPECT_EQ(
        first.body, R"({"accepted":1,"rejected":0,"offsets":[{"partition":0,"first":7,"last":7}]})"
    );
    EXPECT_EQ(platform.letters.last_repaired, R"({"Quantity":6})");
    Response again = platform.post(target, "");
    expect_problem(again, 409);
    Response unknown = platform.post("/v1/deadletters/x/replay", "");
    expect_problem(unknown, 404);

    add_letter(platform, "{}");
    platform.post("/v1/deadletters/online_retail/request/ab12/3/replay", "");
    EXPECT_EQ(platform.letters.last_repaired, std::nullopt);
    Response discarded = platform.post("/v1/deadletters/online_retail/request/ab12/3/discard", "");
    EXPECT_EQ(json_of(discarded).text_or("state", ""), "discarded");
    Response wrong = platform.get("/v1/deadletters/online_retail/request/ab12/3/replay");
    expect_problem(wrong, 405);
}

// Proves that a stream that nobody knows is refused as elsewhere; a source is known by its package,
// its stream, or letters of its own.
TEST(DeadLetters, AnUnknownStreamIsNotFound) {
    TestPlatform platform;
    Response none = platform.get("/v1/deadletters?stream=nope");
    EXPECT_TRUE(expect_problem(none, 404).starts_with("there is no stream 'nope'"));
    EXPECT_EQ(platform.get("/v1/deadletters?stream=online_retail").status, 200);
    add_letter(platform, "{}");
    EXPECT_EQ(platform.get("/v1/deadletters?stream=of_a_package_that_went").status, 200);
}

}  // namespace
}  // namespace tradewind::api
