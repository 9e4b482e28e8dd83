#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "api/event_ring.h"
#include "api/test_platform.h"

namespace tradewind::api {
namespace {

using fakes::expect_problem;
using fakes::TestPlatform;
using testing::HasSubstr;
using testing::Not;

json::Value number(std::int64_t n) {
    json::Value value = json::Value::object();
    value.set("n", n);
    return value;
}

// A ring, and followers that take what there is.
class EventRingTest : public testing::Test {
protected:
    void open(std::size_t kept) {
        EventOptions options;
        options.kept_max = kept;
        options.clients_max = 3;
        ring_ = std::make_shared<EventRing>(options, "77", metrics_);
    }
    std::unique_ptr<LiveBody> follow(std::string since, std::vector<EventType> types = {}) {
        auto follower = ring_->follow({std::move(types), std::move(since)});
        EXPECT_TRUE(follower.ok());
        return follower.ok() ? std::move(*follower) : nullptr;
    }
    // All that it gets now; " END" when its body ended.
    std::string take(LiveBody& follower) {
        std::string all;
        while (true) {
            LivePiece piece = follower.next([this] { ++woken_; });
            all += piece.text;
            if (piece.last) return all + " END";
            if (piece.text.empty()) return all;
        }
    }
    void tell(std::int64_t first, std::int64_t last, EventType type = EventType::Job) {
        for (std::int64_t n = first; n <= last; ++n) ring_->tell(type, number(n));
    }

    MetricsRegistry metrics_;
    std::shared_ptr<EventRing> ring_;
    std::atomic<int> woken_ = 0;
};

// Proves that ids that are none, of another start, of the future or beyond all numbers are answered
// with a reset and not with somebody else's events.
TEST_F(EventRingTest, OddIdsAreReset) {
    open(10);
    tell(1, 3);
    for (const char* id :
         {"x",
          "-",
          "77-",
          "77-x",
          "78-2",
          "77-4",
          "77--1",
          "77-9223372036854775807",
          "77-99999999999999999999",
          "\n\nevent: run"}) {
        const auto follower = follow(id);
        const std::string text = take(*follower);
        EXPECT_THAT(text, HasSubstr("event: reset\nid: 77-3\n")) << id;
        EXPECT_THAT(text, HasSubstr("\"resumed\":false")) << id;
        EXPECT_THAT(text, Not(HasSubstr("event: job"))) << id;
        EXPECT_THAT(text, Not(HasSubstr("event: run"))) << id;
    }
}

// Proves that a client that comes back gets exactly what it missed while that is kept, and a reset
// as soon as one of them is gone.
TEST_F(EventRingTest, WhoComesBackMissesNothingThatIsKept) {
    open(5);
    tell(1, 7);  // 3 to 7 are kept
    const auto back = follow("77-2");
    const std::string all = take(*back);
    EXPECT_THAT(all, HasSubstr("event: hello\nid: 77-2\ndata: {\"resumed\":true}"));
    for (std::int64_t n = 3; n <= 7; ++n)
        EXPECT_THAT(all, HasSubstr("id: 77-" + std::to_string(n) + "\ndata: {\"n\":")) << n;
    EXPECT_THAT(all, Not(HasSubstr("reset")));
    const auto late = follow("77-1");
    EXPECT_THAT(take(*late), HasSubstr("event: reset"));
    const auto up_to_date = follow("77-7");
    EXPECT_EQ(
        take(*up_to_date), "retry: 2000\nevent: hello\nid: 77-7\ndata: {\"resumed\":true}\n\n"
    );
}

// Proves that a client that does not take its events is reset and ended, that it holds back nobody,
// and that no more than the ring is kept for it.
TEST_F(EventRingTest, TheSlowAreLetGo) {
    open(5);
    const auto slow = follow("");
    const auto quick = follow("");
    take(*slow);
    take(*quick);
    for (std::int64_t n = 1; n <= 20; ++n) {
        tell(n, n);
        EXPECT_THAT(take(*quick), HasSubstr("{\"n\":" + std::to_string(n) + "}"));
    }
    EXPECT_EQ(
        take(*slow),
        "event: reset\nid: 77-20\ndata: {\"reason\":\"what came since is no longer kept\"}\n\n END"
    );
}

// Proves that one who asked for a rare type is neither woken nor reset by floods of another.
TEST_F(EventRingTest, OtherTypesPassBy) {
    open(5);
    const auto follower = follow("", {EventType::Run});
    take(*follower);
    tell(1, 100, EventType::Asset);
    EXPECT_EQ(woken_, 0);
    tell(101, 101, EventType::Run);
    EXPECT_EQ(woken_, 1);
    EXPECT_EQ(take(*follower), "event: run\nid: 77-101\ndata: {\"n\":101}\n\n");
}

// Proves that a state is told when it changes and not otherwise, that a new client gets the newest
// of each, without an id, and that what is over is not among them.
TEST_F(EventRingTest, StatesGreetTheNew) {
    open(100);
    const auto first = follow("");
    take(*first);
    ring_->tell_state(EventType::Lag, "a", number(1));
    ring_->tell_state(EventType::Lag, "a", number(1));
    ring_->tell_state(EventType::Lag, "a", number(2));
    ring_->tell_state(EventType::Run, "9", number(3));
    EXPECT_EQ(
        take(*first),
        "event: lag\nid: 77-1\ndata: {\"n\":1}\n\nevent: lag\nid: 77-2\ndata: {\"n\":2}\n\n"
        "event: run\nid: 77-3\ndata: {\"n\":3}\n\n"
    );
    ring_->forget_state(EventType::Run, "9");
    const auto second = follow("", {EventType::Run, EventType::Lag});
    EXPECT_EQ(
        take(*second),
        "retry: 2000\nevent: hello\nid: 77-3\ndata: {\"resumed\":false}\n\n"
        "event: lag\ndata: {\"n\":2}\n\n"
    );
}

// Proves that there is a bound to those who follow, that who leaves makes room, and that a stop
// ends them all.
TEST_F(EventRingTest, FollowersAreCountedAndEnded) {
    open(5);
    auto one = follow("");
    auto two = follow("");
    auto three = follow("");
    const auto fourth = ring_->follow({});
    ASSERT_FALSE(fourth.ok());
    EXPECT_EQ(fourth.error().code(), ErrorCode::Unavailable);
    one.reset();
    auto again = follow("");
    take(*two);
    ring_->close();
    EXPECT_EQ(woken_, 1);
    EXPECT_THAT(take(*two), HasSubstr("END"));
    EXPECT_THAT(take(*again), HasSubstr("END"));
    EXPECT_FALSE(ring_->follow({}).ok());
    EXPECT_FALSE(ring_->wait_for_follower());
}

// Proves that many tellers and many who come and go leave every follower with rising ids and no
// gap.
TEST_F(EventRingTest, ManyThreads) {
    EventOptions options;
    options.kept_max = 100'000;
    ring_ = std::make_shared<EventRing>(options, "77", metrics_);
    constexpr std::int64_t each = 2000;
    const auto follower = follow("");
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&] { tell(1, each); });
    threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) take(*follow(""));
    });
    std::string all;
    while (all.find("id: 77-" + std::to_string(3 * each) + "\n") == std::string::npos)
        all += take(*follower);
    for (std::thread& thread : threads) thread.join();
    std::size_t at = 0;
    for (std::int64_t n = 0; n <= 3 * each && at != std::string::npos; ++n) {
        at = all.find("id: 77-" + std::to_string(n) + "\n", at);
        EXPECT_NE(at, std::string::npos) << n;
    }
}

pipeline::Run run_of(pipeline::RunState state) {
    pipeline::Run run;
    run.id = 4;
    run.package = "shop";
    run.state = state;
    run.assets.resize(3);
    run.assets[0].asset = "shop.clean";
    run.assets[1].asset = "shop.daily";
    run.assets[2].asset = "shop.monthly";
    return run;
}

// What a client of `platform` is told up to an event that holds `text`.
std::string told_until(LiveBody& live, const std::string& text) {
    std::string all;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (all.find(text) == std::string::npos && std::chrono::steady_clock::now() < until) {
        std::atomic<bool> woken = false;
        const LivePiece piece = live.next([&woken] {
            woken = true;
            woken.notify_all();
        });
        if (piece.last) break;
        if (piece.text.empty()) woken.wait(false);
        all += piece.text;
    }
    return all;
}

// Proves that a run is told from queued to its end with all its assets, those that nobody told of
// too, that figures count it, and that it is no longer under way for who comes later.
TEST(Events, ARunFromQueuedToItsEnd) {
    using pipeline::RunState;
    TestPlatform platform;
    EventOptions options;
    options.look_us = 1000;
    const auto events = make_events(options, *platform.clock, platform.metrics);
    platform.services.events = events.get();
    events->watch(platform.services);
    Response response = platform.get("/v1/events?types=run,asset,kpi");
    ASSERT_NE(response.live, nullptr);
    EXPECT_EQ(response.content_type, "text/event-stream; charset=utf-8");
    pipeline::Run run = run_of(RunState::Queued);
    events->on_queued(run);
    run.state = RunState::Running;
    run.assets[0].state = RunState::Running;
    events->on_run(run);
    events->on_asset(run, run.assets[0]);
    const std::string begun = told_until(*response.live, "\"runs_running\":1");
    EXPECT_THAT(begun, HasSubstr("\"state\":\"queued\""));
    EXPECT_THAT(begun, HasSubstr("\"asset\":\"shop.clean\",\"state\":\"running\""));
    run.assets[0].state = RunState::Failed;
    events->on_asset(run, run.assets[0]);
    run.assets[1].state = RunState::Cancelled;
    run.assets[2].state = RunState::Skipped;
    run.state = RunState::Failed;
    run.finished_at = platform.clock->now();
    events->on_run(run);
    const std::string ended = told_until(*response.live, "\"runs_failed_today\":1");
    EXPECT_THAT(ended, HasSubstr("\"asset\":\"shop.clean\",\"state\":\"failed\""));
    EXPECT_THAT(ended, HasSubstr("\"asset\":\"shop.daily\",\"state\":\"cancelled\""));
    EXPECT_THAT(ended, HasSubstr("\"asset\":\"shop.monthly\",\"state\":\"skipped\""));
    EXPECT_THAT(
        ended,
        HasSubstr("\"total\":3,\"queued\":0,\"running\":0,\"succeeded\":0,"
                  "\"failed\":1,\"skipped\":1,\"cancelled\":1")
    );
    Response later = platform.get("/v1/events?types=run,asset");
    EXPECT_THAT(later.live->next([] {}).text, Not(HasSubstr("event: run")));
    events->stop();
}

// Proves that types that are none are refused by name, and one client too many with when to come
// again.
TEST(Events, Refusals) {
    TestPlatform platform;
    EventOptions options;
    options.clients_max = 1;
    const auto events = make_events(options, *platform.clock, platform.metrics);
    platform.services.events = events.get();
    Response unknown = platform.get("/v1/events?types=run,rum");
    EXPECT_THAT(expect_problem(unknown, 400), HasSubstr("'rum'"));
    const Response first = platform.get("/v1/events");
    Response second = platform.get("/v1/events");
    EXPECT_THAT(expect_problem(second, 503), HasSubstr("too many clients"));
    events->stop();
}

}  // namespace
}  // namespace tradewind::api
