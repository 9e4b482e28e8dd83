#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "api/event_ring.h"
#include "api/test_client.h"
#include "base/json.h"

namespace tradewind::api {
namespace {

using fakes::Client;
using fakes::patience;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

// Answers /live with a body that follows a ring, anything else at once.
class LiveApi : public Api {
public:
    explicit LiveApi(std::shared_ptr<EventRing> ring) : ring_(std::move(ring)) {}
    void handle(Request request, Reply reply) override {
        Response response;
        response.body = "{}";
        if (request.target.starts_with("/live")) {
            auto live = ring_->follow({});
            EXPECT_TRUE(live.ok());
            response.body.clear();
            if (live.ok()) response.live = std::move(*live);
        }
        reply(std::move(response));
    }
    std::shared_ptr<BodySink> open_body(const Request&) override { return nullptr; }
    const std::string& openapi() const override { return openapi_; }
    void stop() override {}

private:
    const std::shared_ptr<EventRing> ring_;
    const std::string openapi_ = "{}";
};

const std::string ask = "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n";
const std::string ask_other = "GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n";

class LiveServerTest : public testing::Test {
protected:
    void open() {
        ring_ = std::make_shared<EventRing>(events_, "77", metrics_);
        api_ = std::make_unique<LiveApi>(ring_);
        options_.port = 0;
        auto server = start_server(options_, *api_, metrics_);
        ASSERT_TRUE(server.ok());
        server_ = std::move(*server);
    }
    void tell(std::int64_t n, std::size_t padding = 0) {
        json::Value value = json::Value::object();
        value.set("n", n);
        value.set("padding", std::string(padding, 'x'));
        ring_->tell(EventType::Job, value);
    }
    std::int64_t clients() {
        return metrics_.gauge("tradewind_event_clients", "Clients that follow live updates.")
            .value();
    }
    bool wait_for_clients(std::int64_t count) {
        const auto end = steady_clock::now() + patience;
        while (clients() != count && steady_clock::now() < end) std::this_thread::yield();
        return clients() == count;
    }

    MetricsRegistry metrics_;
    EventOptions events_;
    ServerOptions options_;
    std::shared_ptr<EventRing> ring_;
    std::unique_ptr<LiveApi> api_;
    std::unique_ptr<Server> server_;
};

// Proves that a client which goes, by closing or by ending its side, is let go at once, and that
// requests sent ahead on a live connection disturb nothing.
TEST_F(LiveServerTest, WhoGoesIsLetGo) {
    open();
    auto gone = std::make_unique<Client>(server_->port(), ask);
    Client ahead(server_->port(), ask + ask_other);
    ASSERT_TRUE(gone->until("event: hello"));
    ASSERT_TRUE(ahead.until("event: hello"));
    EXPECT_TRUE(wait_for_clients(2));
    gone.reset();
    EXPECT_TRUE(wait_for_clients(1));
    tell(1);
    EXPECT_TRUE(ahead.until("{\"n\":1"));
    EXPECT_THAT(ahead.all, Not(HasSubstr("{}")));
}

// Proves that events come as they are told, in chunks, that a comment comes while nothing is told,
// that HEAD has no body, and HTTP/1.0 none of the chunks.
TEST_F(LiveServerTest, EventsComeAsTheyAreTold) {
    options_.heartbeat_us = 50'000;
    open();
    Client head(server_->port(), "HEAD /live HTTP/1.1\r\nHost: localhost\r\n\r\n" + ask_other);
    EXPECT_TRUE(head.until("{}"));
    EXPECT_THAT(head.all, Not(HasSubstr("hello")));
    Client old(server_->port(), "GET /live HTTP/1.0\r\n\r\n");
    Client client(server_->port(), ask);
    ASSERT_TRUE(client.until("event: hello"));
    ASSERT_TRUE(old.until("event: hello"));
    EXPECT_THAT(client.all, HasSubstr("Transfer-Encoding: chunked"));
    EXPECT_THAT(old.all, Not(HasSubstr("chunked")));
    for (std::int64_t n = 1; n <= 3; ++n) {
        tell(n);
        EXPECT_TRUE(client.until("id: 77-" + std::to_string(n)));
        EXPECT_TRUE(old.until("id: 77-" + std::to_string(n)));
    }
    EXPECT_TRUE(client.until("3\r\n:\n\n\r\n"));
}

// Proves that a client which reads nothing holds up neither others nor those who tell, that it is
// reset and its body ended when it reads on, and that its connection serves on.
TEST_F(LiveServerTest, OneThatDoesNotReadHoldsUpNobody) {
    events_.kept_max = 100;
    open();
    Client slow(server_->port(), ask);
    ASSERT_TRUE(wait_for_clients(1));
    Client quick(server_->port(), ask);
    ASSERT_TRUE(quick.until("event: hello"));
    constexpr std::int64_t events = 800;
    for (std::int64_t n = 1; n <= events; ++n) {
        tell(n, 10'000);
        if (n % 20 != 0) continue;
        ASSERT_TRUE(quick.until("id: 77-" + std::to_string(n) + "\n"));
    }
    EXPECT_THAT(quick.all, Not(HasSubstr("event: reset")));
    ASSERT_TRUE(slow.until("event: reset\nid: 77-800"));
    ASSERT_TRUE(slow.until("\r\n0\r\n\r\n"));
    EXPECT_TRUE(wait_for_clients(1));
    slow.send(ask_other);
    EXPECT_TRUE(slow.until("{}"));
}

// Proves that a hundred clients are all told, that others are answered meanwhile, and that a stop
// ends all of them within a second, with the end of the body.
TEST_F(LiveServerTest, AHundredClientsAndTheStop) {
    open();
    std::vector<std::unique_ptr<Client>> all;
    for (int i = 0; i < 100; ++i) all.push_back(std::make_unique<Client>(server_->port(), ask));
    ASSERT_TRUE(wait_for_clients(100));
    tell(1);
    Client other(server_->port(), ask_other);
    EXPECT_TRUE(other.until("{}"));
    for (const auto& client : all) EXPECT_TRUE(client->until("id: 77-1\n"));
    const auto begun = steady_clock::now();
    server_->stop();
    for (const auto& client : all) EXPECT_TRUE(client->until_closed());
    EXPECT_LT(steady_clock::now() - begun, std::chrono::seconds(1));
    for (const auto& client : all) EXPECT_TRUE(client->all.ends_with("0\r\n\r\n"));
    EXPECT_EQ(clients(), 0);
}

}  // namespace
}  // namespace tradewind::api
