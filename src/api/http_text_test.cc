#include "api/http_text.h"

#include <gtest/gtest.h>

namespace tradewind::api {
namespace {

// Proves that the head says what a client needs to find the body's end, and stands on every
// response with the fields that keep browsers from running what we send.
TEST(HttpText, HeadOfAResponse) {
    Response response;
    response.status = 404;
    response.content_type = "application/problem+json";
    response.body = "12345";
    response.headers = {{"allow", "GET"}};
    std::string head;
    append_head(head, response, {.keep_alive = false, .date = "now"});
    EXPECT_EQ(
        head,
        "HTTP/1.1 404 Not Found\r\nDate: now\r\nContent-Type: "
        "application/problem+json\r\nContent-Length: 5\r\n"
        "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'; "
        "frame-ancestors 'none'\r\n"
        "Connection: close\r\nallow: GET\r\n\r\n"
    );
}

// Proves that a value with a line's end in it cannot add a field or a body of its own.
TEST(HttpText, FieldValuesStayOnTheirLine) {
    Response response;
    response.headers = {{"x", "a\r\nSet-Cookie: b\r\n\r\n<html>"}};
    std::string head;
    append_head(head, response, {});
    EXPECT_EQ(head.find("\r\nSet-Cookie"), std::string::npos);
    EXPECT_EQ(head.find("\r\n\r\n"), head.size() - 4);
}

// Proves the frames of a chunked body, byte by byte.
TEST(HttpText, Chunks) {
    std::string out;
    append_chunk(out, std::string(26, 'x'));
    EXPECT_EQ(out, "1a\r\n" + std::string(26, 'x') + "\r\n");
    Response response;
    std::string head;
    append_head(head, response, {.framing = BodyFraming::Chunked});
    EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_EQ(head.find("Content-Length"), std::string::npos);
}

// Proves the date's form, with weekdays on both sides of 1970.
TEST(HttpText, Dates) {
    EXPECT_EQ(http_date(Timestamp{784'111'777'000'000}), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date(Timestamp{0}), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(http_date(Timestamp{-1'000'000}), "Wed, 31 Dec 1969 23:59:59 GMT");
}

}  // namespace
}  // namespace tradewind::api
