// Only for server.cc. One thread with its connections: runs until it is told to stop.
#pragma once

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <thread>

#include "api/server_connection.h"

namespace tradewind::api::server {

inline void Context::deliver_one(Outgoing& item) {
    if (Connection* connection = slots.find(item.to))
        return item.more ? connection->more() : connection->reply(std::move(item.response));
    dispose(std::move(item.response.rest));  // he went before his answer came
}

inline void Context::deliver_own() {
    if (std::exchange(delivering_own_, true)) return;
    while (outbox->take_own(own_)) {
        for (Outgoing& item : own_) deliver_one(item);
    }
    delivering_own_ = false;
}

inline void Context::deliver() {
    if (!outbox->take(others_)) return;
    for (Outgoing& item : others_) deliver_one(item);
    deliver_own();
    asio::post(io, [this] { deliver(); });  // others have their turn before what came meanwhile
}

class Loop {
public:
    explicit Loop(Shared& shared)
        : context_(shared), timer_(context_.io), work_(context_.io.get_executor()) {
        const ServerOptions& options = shared.options;
        const std::int64_t shortest =
            std::min({options.header_timeout_us, options.body_timeout_us, options.idle_timeout_us});
        context_.sweep_us = std::clamp<std::int64_t>(shortest / 8, 5'000, 500'000);
        context_.outbox = std::make_shared<Outbox>([context = &context_] {
            asio::post(context->io, [context] { context->deliver(); });
        });
        sweep();
    }

    Context& context() { return context_; }

    void start() {
        thread_ = std::thread([this] {
            context_.outbox->set_owner(std::this_thread::get_id());
            context_.io.run();
        });
    }

    // Any thread.
    void adopt(Socket socket, bool from_owner) {
        auto shared_socket = std::make_shared<Socket>(std::move(socket));
        asio::post(context_.io, [this, shared_socket, from_owner] {
            take_in(std::move(*shared_socket), from_owner);
        });
    }
    void begin_stop() {
        asio::post(context_.io, [this] {
            context_.stopping = true;
            context_.slots.for_each([](Connection& connection) { connection.begin_stop(); });
        });
    }
    void abort_all() {
        asio::post(context_.io, [this] {
            context_.slots.for_each([](Connection& connection) { connection.abort(); });
        });
    }
    // No answer reaches this loop from here on.
    void join() {
        context_.outbox->close();
        work_.reset();
        context_.io.stop();
        if (thread_.joinable()) thread_.join();
    }

private:
    void take_in(Socket socket, bool from_owner) {
        Shared& shared = context_.shared;
        if (context_.stopping) return;
        if (shared.connection_count.fetch_add(1) >= shared.options.connections_max) {
            turn_away(socket);
            shared.connection_count.fetch_sub(1);
            return;
        }
        shared.metrics.accepted.add();
        shared.metrics.open.add(1);
        auto connection = std::make_shared<Connection>(context_, std::move(socket), from_owner);
        Connection& started = *connection;
        const ConnectionId id = context_.slots.add(std::move(connection));
        started.start(id);
    }

    void turn_away(Socket& socket) {
        context_.shared.metrics.turned_away.add();
        const Response response = to_response(
            {.status = 503,
             .type = "unavailable",
             .detail = "too many connections",
             .hint = "Come again in a second."}
        );
        std::string text;
        append_head(text, response, {.keep_alive = false, .date = context_.date});
        text += response.body;
        error_code ec;
        socket.non_blocking(true, ec);
        socket.send(asio::buffer(text), 0, ec);  // a courtesy: it need not arrive
    }

    // Time-outs of all connections at once: one timer instead of one each.
    void sweep() {
        context_.now_us = context_.shared.clock->monotonic_us();
        context_.date = http_date(context_.shared.clock->now());
        context_.slots.for_each([](Connection& connection) { connection.check_deadline(); });
        timer_.expires_after(std::chrono::microseconds(context_.sweep_us));
        timer_.async_wait([this](const error_code& ec) {
            if (!ec) sweep();
        });
    }

    Context context_;
    asio::steady_timer timer_;
    asio::executor_work_guard<Executor> work_;
    std::thread thread_;
};

}  // namespace tradewind::api::server
