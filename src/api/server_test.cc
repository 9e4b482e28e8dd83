// What the server itself says of requests that are no good HTTP, before any operation sees them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "api/problem.h"
#include "api/test_client.h"
#include "base/json.h"

namespace tradewind::api {
namespace {

using fakes::Client;
using testing::HasSubstr;

// Tells what came through: method, target and body.
class EchoApi : public Api {
public:
    void handle(Request request, Reply reply) override {
        Response response;
        response.body = request.method + " " + request.target + " " + request.body + "!";
        reply(std::move(response));
    }
    std::shared_ptr<BodySink> open_body(const Request&) override { return nullptr; }
    const std::string& openapi() const override { return openapi_; }
    void stop() override {}

private:
    const std::string openapi_ = "{}";
};

class ServerTest : public testing::Test {
protected:
    ServerTest() {
        options_.port = 0;
        server_ = MUST(start_server(options_, api_, metrics_));
    }
    // Everything that comes until the server closes.
    std::string ask_to_the_end(const std::string& request) {
        Client client(server_->port(), request);
        EXPECT_TRUE(client.until_closed());
        return client.all;
    }
    std::string ask(const std::string& request) {
        Client client(server_->port(), request);
        EXPECT_TRUE(client.until("!")) << client.all;
        return client.all;
    }
    // A request that is refused with a problem, after which the server hears no more: what the
    // client takes for the rest of his request must not become one of its own.
    void expect_refused(const std::string& request, int status, const std::string& reason) {
        const std::string next = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
        const std::string answer = ask_to_the_end(request + next);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::to_string(status) + " "))
            << request << "\n"
            << answer;
        EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json\r\n"));
        EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
        EXPECT_THAT(answer, testing::Not(HasSubstr("smuggled"))) << request;
        const std::size_t body = answer.find("\r\n\r\n");
        ASSERT_NE(body, std::string::npos);
        const auto problem = MUST(json::parse(answer.substr(body + 4)));
        EXPECT_EQ(problem.integer_or("status", 0), status);
        EXPECT_THAT(problem.text_or("detail", ""), HasSubstr(reason)) << request;
    }

    MetricsRegistry metrics_;
    EchoApi api_;
    ServerOptions options_;
    std::unique_ptr<Server> server_;
};

const std::string post = "POST /x HTTP/1.1\r\nHost: localhost\r\n";

// Proves that a request must say once, and in so many words, whom it asks; only HTTP/1.0, which
// had no such field, need not.
TEST_F(ServerTest, TheHostIsNamedOnce) {
    expect_refused("GET /x HTTP/1.1\r\n\r\n", 400, "it has no Host");
    expect_refused("GET /x HTTP/1.1\r\nHost:\r\n\r\n", 400, "it has no Host");
    expect_refused("GET /x HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "two Host fields");
    EXPECT_THAT(ask_to_the_end("GET /x HTTP/1.0\r\n\r\n"), HasSubstr("GET /x !"));
}

// Proves that a body whose length is told in two ways, even if they agree, or in none that we
// understand, is not guessed at: proxies would guess otherwise.
TEST_F(ServerTest, BodiesHaveOneLength) {
    const std::string length = "Content-Length: 2\r\n";
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    const std::string chunks = "\r\n2\r\nok\r\n0\r\n\r\n";
    EXPECT_THAT(ask(post + length + "\r\nok"), HasSubstr("POST /x ok!"));
    EXPECT_THAT(ask(post + chunked + chunks), HasSubstr("POST /x ok!"));
    expect_refused(post + length + length + "\r\nok", 400, "Content-Length");
    expect_refused(post + length + "Content-Length: 3\r\n\r\nok", 400, "Content-Length");
    expect_refused(post + "Content-Length: 2, 2\r\n\r\nok", 400, "Content-Length");
    expect_refused(post + length + chunked + chunks, 400, "Transfer-Encoding");
    expect_refused(post + chunked + length + chunks, 400, "Content-Length");
    expect_refused(post + chunked + chunked + chunks, 400, "Transfer-Encoding");
    for (const char* length_text : {"", "-1", "+2", "0x2", "2 2", "99999999999999999999"}) {
        const std::string field = "Content-Length: " + std::string(length_text) + "\r\n\r\nok";
        expect_refused(post + field, 400, "Content-Length");
    }
    expect_refused(
        "POST /x HTTP/1.0\r\n" + chunked + chunks, 400, "HTTP/1.0 has no transfer codings"
    );
}

// Proves that what comes in a transfer coding that we do not know is not taken for the next
// request.
TEST_F(ServerTest, UnknownTransferCodings) {
    for (const char* coding : {"xchunked", "gzip", "gzip, chunked", "chunked, gzip", "x"}) {
        const std::string field = "Transfer-Encoding: " + std::string(coding) + "\r\n\r\n";
        expect_refused(post + field, 501, "the transfer coding is not supported");
    }
}

// Proves that a header beyond the limit is told from a target beyond it, and both from what is no
// HTTP/1.1 at all.
TEST_F(ServerTest, LimitsAndVersions) {
    const std::string long_text(options_.header_bytes_max, 'a');
    expect_refused(post + "X: " + long_text + "\r\n\r\n", 431, "header is too large");
    expect_refused("GET /" + long_text + " HTTP/1.1\r\n", 414, "target is too long");
    std::string many = post;
    for (int i = 0; i < 200; ++i) many += "X" + std::to_string(i) + ": a\r\n";
    expect_refused(many + "\r\n", 431, "header is too large");
    for (const char* version : {"HTTP/2.0", "HTTP/3.0", "HTTP/0.9"})
        expect_refused("GET /x " + std::string(version) + "\r\n\r\n", 505, "not spoken here");
    expect_refused("GET /x y\r\n\r\n", 400, "not a valid HTTP/1.1 request");
    expect_refused("\x16\x03\x01\x02 / \r\n\r\n", 400, "not a valid HTTP/1.1 request");
    expect_refused(post + "Expect: tea\r\n\r\n", 417, "the expectation cannot be met");
}

// Proves that a request is named by one key or by none: of two, a proxy and we might heed different
// ones.
TEST_F(ServerTest, OneIdempotencyKey) {
    const std::string key = "Idempotency-Key: a\r\n";
    expect_refused(
        post + key + "idempotency-key: b\r\nContent-Length: 2\r\n\r\nok",
        400,
        "two Idempotency-Key fields"
    );
}

}  // namespace
}  // namespace tradewind::api
