// For tests: a web server on a free port of the loopback that answers as a test wants it to.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"

namespace tradewind::os {

class WebTestServer {
public:
    // Bytes to send back, after which the connection is closed; `hang`: nothing, for as long as the
    // server lives.
    using Answer = std::function<std::string(const std::string& request)>;
    static constexpr const char* hang = "hang";
    static std::string status(int code, const std::string& body = "") {
        return "HTTP/1.1 " + std::to_string(code) +
               " x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    explicit WebTestServer(Answer answer) : answer_(std::move(answer)) {
        setenv("no_proxy", "*", 1);  // a proxy of the machine has no part in this
        listener_ = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        CHECK(listen(listener_, 64) == 0);
        CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~WebTestServer() {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
        for (const int one : hanging_) close(one);
    }
    WebTestServer(const WebTestServer&) = delete;
    WebTestServer& operator=(const WebTestServer&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    // Head and body of each, once there are so many.
    std::vector<std::string> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        came_.wait(lock, [&] { return requests_.size() >= count; });
        return requests_;
    }

private:
    void serve() {
        while (true) {
            const int connection = accept(listener_, nullptr, nullptr);
            if (connection < 0) return;
            const std::string request = read_request(connection);
            const std::string reply = answer_(request);
            {
                std::lock_guard lock(mutex_);
                requests_.push_back(request);
            }
            came_.notify_all();
            if (reply == hang) {
                hanging_.push_back(connection);
                continue;
            }
            static_cast<void>(::send(connection, reply.data(), reply.size(), MSG_NOSIGNAL));
            close(connection);
        }
    }

    static std::string read_request(int connection) {
        std::string text;
        char piece[4096];
        while (!whole(text)) {
            const ssize_t got = recv(connection, piece, sizeof(piece), 0);
            if (got <= 0) break;
            text.append(piece, static_cast<std::size_t>(got));
        }
        return text;
    }
    static bool whole(const std::string& text) {
        const std::size_t end = text.find("\r\n\r\n");
        if (end == std::string::npos) return false;
        const std::size_t length = text.find("Content-Length: ");
        const std::size_t body =
            length < end ? static_cast<std::size_t>(std::atoi(text.c_str() + length + 16)) : 0;
        return text.size() >= end + 4 + body;
    }

    Answer answer_;
    int listener_ = -1;
    int port_ = 0;
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<std::string> requests_;
    std::vector<int> hanging_;
    std::thread thread_;
};

}  // namespace tradewind::os
