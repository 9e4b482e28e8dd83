// For tests of the server: a client that speaks byte by byte.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>

namespace tradewind::api::fakes {

constexpr auto patience = std::chrono::seconds(60);

// A client's socket, which says what it is told to, well-formed or not.
class Client {
public:
    Client(int port, const std::string& request) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const int small = 4096;
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(port));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const auto* address = reinterpret_cast<const sockaddr*>(&to);
        EXPECT_EQ(::connect(socket_, address, sizeof to), 0);
        send(request);
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(const std::string& text) {
        EXPECT_GT(::send(socket_, text.data(), text.size(), 0), 0);
    }
    // Reads until the text came; false: the connection ended, or nothing came in time.
    bool until(const std::string& text) {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (all.find(text) == std::string::npos) {
            if (!read() || std::chrono::steady_clock::now() > end) return false;
        }
        return true;
    }
    bool until_closed() {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (read()) {
            if (std::chrono::steady_clock::now() > end) return false;
        }
        return true;
    }

    std::string all;

private:
    bool read() {
        pollfd wanted{socket_, POLLIN, 0};
        if (::poll(&wanted, 1, 30'000) != 1) return false;
        char piece[65536];
        const ssize_t size = ::recv(socket_, piece, sizeof piece, 0);
        if (size <= 0) return false;
        all.append(piece, static_cast<std::size_t>(size));
        return true;
    }
    const int socket_;
};

}  // namespace tradewind::api::fakes
