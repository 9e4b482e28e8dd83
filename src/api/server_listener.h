// Only for server.cc. Waits for connections at an address and gives them to the loops in turn.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "api/server_loop.h"

namespace tradewind::api::server {

using Tcp = asio::ip::tcp;
using Local = asio::local::stream_protocol;

constexpr int listen_backlog = 4096;
// Out of file descriptors: accept() would fail again and again at once.
constexpr auto accept_pause = std::chrono::milliseconds(50);

// Runs in the first loop's thread. Made before the threads start, closed by close().
template <typename Protocol>
class Listener {
public:
    using Acceptor = asio::basic_socket_acceptor<Protocol, Executor>;
    using Accepted = asio::basic_stream_socket<Protocol, Executor>;

    Listener(Acceptor acceptor, std::vector<std::unique_ptr<Loop>>& loops)
        : acceptor_(std::move(acceptor)), loops_(loops), pause_(acceptor_.get_executor()) {
        accept();
    }

    // Who waits in the system's queue comes in. In the first loop's thread.
    void take_waiting() {
        error_code ec;
        acceptor_.non_blocking(true, ec);
        while (!ec) {
            Loop& loop = *loops_[next_++ % loops_.size()];
            Accepted socket(loop.context().io.get_executor());
            acceptor_.accept(socket, ec);
            if (!ec) hand_over(loop, std::move(socket));
        }
    }

    // In the first loop's thread.
    void close() {
        error_code ec;
        acceptor_.close(ec);
        pause_.cancel();
    }

private:
    void accept() {
        Loop& loop = *loops_[next_++ % loops_.size()];
        acceptor_.async_accept(
            loop.context().io,
            [this, &loop](const error_code& ec, Accepted socket) {
                if (!acceptor_.is_open()) return;
                if (ec && ec != asio::error::connection_aborted) return accept_later();
                if (!ec) hand_over(loop, std::move(socket));
                accept();
            }
        );
    }

    void accept_later() {
        pause_.expires_after(accept_pause);
        pause_.async_wait([this](const error_code& ec) {
            if (!ec && acceptor_.is_open()) accept();
        });
    }

    static void hand_over(Loop& loop, Accepted socket) {
        error_code ec;
        constexpr bool from_network = std::is_same_v<Protocol, Tcp>;
        if constexpr (from_network) socket.set_option(Tcp::no_delay(true), ec);
        loop.adopt(Socket(std::move(socket)), !from_network);
    }

    Acceptor acceptor_;
    std::vector<std::unique_ptr<Loop>>& loops_;
    asio::steady_timer pause_;
    std::size_t next_ = 0;
};

}  // namespace tradewind::api::server
