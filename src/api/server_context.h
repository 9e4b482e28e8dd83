// Only for server.cc. What the connections of one thread share, and what all threads share.
#pragma once

#include <atomic>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "api/api.h"
#include "api/outbox.h"
#include "api/workers.h"
#include "base/check.h"
#include "base/metrics.h"
#include "os/clock.h"

namespace tradewind::api::server {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;

class Connection;

struct HttpMetrics {
    explicit HttpMetrics(MetricsRegistry& registry)
        : open(registry.gauge("tradewind_http_connections", "Open connections.")),
          accepted(registry.counter("tradewind_http_connections_total", "Connections accepted.")),
          turned_away(registry.counter(
              "tradewind_http_connections_refused_total", "Connections closed at once: too many."
          )),
          bad_requests(registry.counter(
              "tradewind_http_bad_requests_total",
              "Requests refused before they reached an operation."
          )),
          timeouts(registry.counter(
              "tradewind_http_timeouts_total", "Connections closed because nothing came or went."
          )) {}
    Gauge& open;
    Counter& accepted;
    Counter& turned_away;
    Counter& bad_requests;
    Counter& timeouts;
};

// Of all threads.
struct Shared {
    Shared(ServerOptions o, Api& a, MetricsRegistry& registry)
        : options(std::move(o)),
          api(a),
          clock(os::make_system_clock()),
          metrics(registry),
          body_workers(options.body_threads, tasks_max()),
          upload_workers(options.upload_threads, tasks_max()) {}

    std::size_t tasks_max() const { return 2 * options.connections_max + 1024; }

    const ServerOptions options;
    Api& api;
    const std::unique_ptr<os::Clock> clock;
    HttpMetrics metrics;
    Workers body_workers;    // a connection has one task at a time: the queue is never full
    Workers upload_workers;  // the same
    std::atomic<std::size_t> connection_count{0};
    std::atomic<std::size_t> body_bytes{0};  // of all requests under way

    std::mutex mutex;
    std::condition_variable connection_gone;  // for stop()
};

// Connections of one thread by number; a number is used again with another generation.
class Slots {
public:
    ConnectionId add(std::shared_ptr<Connection> connection) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(slots_.size()));
            slots_.emplace_back();
        }
        const std::uint32_t number = free_.back();
        free_.pop_back();
        slots_[number].connection = std::move(connection);
        return {number, slots_[number].generation};
    }
    Connection* find(ConnectionId id) const {
        const Slot& slot = slots_[id.slot];
        return slot.generation == id.generation ? slot.connection.get() : nullptr;
    }
    void remove(ConnectionId id) {
        slots_[id.slot].connection.reset();
        ++slots_[id.slot].generation;
        free_.push_back(id.slot);
    }
    // Those that are there now; f may close them.
    template <typename F>
    void for_each(F&& f) {
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            if (const std::shared_ptr<Connection> connection = slots_[i].connection) f(*connection);
        }
    }

private:
    struct Slot {
        std::shared_ptr<Connection> connection;
        std::uint32_t generation = 0;
    };
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
};

// Of one thread; only that thread touches it.
struct Context {
    explicit Context(Shared& s) : shared(s) {}

    Shared& shared;
    asio::io_context io{1};  // one thread runs it
    std::shared_ptr<Outbox> outbox;
    Slots slots;
    std::int64_t now_us = 0;  // as of the last sweep: time-outs need no better
    std::int64_t sweep_us = 0;
    std::string date;     // as of the last sweep
    std::string scratch;  // a response on its way into the socket
    bool stopping = false;

    // Runs `work` on a thread of `workers`, then `done` here.
    void aside(Workers& workers, std::function<void()> work, std::function<void()> done) {
        auto task = [this, work = std::move(work), done = std::move(done)]() mutable {
            work();
            asio::post(io, std::move(done));
        };
        CHECK(workers.submit(std::move(task)));
    }

    // Ending a query may take a moment: not in this thread.
    void dispose(std::unique_ptr<BodySource> source) {
        if (source == nullptr) return;
        auto kept = std::make_shared<std::unique_ptr<BodySource>>(std::move(source));
        if (!shared.body_workers.submit([kept] { kept->reset(); })) kept->reset();
    }

    // Hands out the answers that were given in this thread just now. An answer may lead to the next
    // request and that to an answer: they follow one another here, not up the stack.
    void deliver_own();
    // Hands out what other threads answered.
    void deliver();

private:
    void deliver_one(Outgoing& item);

    std::vector<Outgoing> own_;
    std::vector<Outgoing> others_;
    bool delivering_own_ = false;
};

}  // namespace tradewind::api::server
