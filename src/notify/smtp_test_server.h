// For tests: a mail server on a free port of the loopback that does as a test wants it to.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"

namespace tradewind::notify {

struct TestMail {
    std::string from;
    std::string to;
    std::string text;
};

class SmtpTestServer {
public:
    // What is said to a line of the client's, "" for the greeting and "." for the end of a mail's
    // text; no reply: the usual one. `hang`: nothing, until the client goes; `drop`: the end.
    using Answer = std::function<std::string(const std::string& line)>;
    static constexpr const char* hang = "hang";
    static constexpr const char* drop = "drop";

    explicit SmtpTestServer(Answer answer = {}) : answer_(std::move(answer)) {
        listener_ = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        CHECK(listen(listener_, 64) == 0);
        CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this] { serve(); });
    }
    ~SmtpTestServer() {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }
    SmtpTestServer(const SmtpTestServer&) = delete;
    SmtpTestServer& operator=(const SmtpTestServer&) = delete;

    const std::string& address() const { return address_; }
    std::vector<TestMail> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        came_.wait(lock, [&] { return mails_.size() >= count; });
        return mails_;
    }
    std::vector<TestMail> mails() {
        std::lock_guard lock(mutex_);
        return mails_;
    }

private:
    void serve() {
        while (true) {
            connection_ = accept(listener_, nullptr, nullptr);
            if (connection_ < 0) return;
            talk();
            close(connection_);
        }
    }

    void talk() {
        TestMail mail;
        std::string line;
        unread_.clear();
        if (!reply("", "220 test")) return;
        while (read_line(line)) {
            if (line.starts_with("MAIL FROM:")) mail.from = line.substr(10);
            if (line.starts_with("RCPT TO:")) mail.to = line.substr(8);
            const bool data = line == "DATA";
            if (!reply(line, data ? "354 go on" : line == "QUIT" ? "221 bye" : "250 ok")) return;
            if (!data || refused_) continue;
            mail.text.clear();
            while (read_line(line) && line != ".") mail.text += line + "\r\n";
            if (line != "." || !reply(".", "250 taken")) return;
            if (!refused_) keep(mail);
        }
    }

    bool reply(const std::string& line, const std::string& usual) {
        std::string text = answer_ ? answer_(line) : "";
        if (text == drop) return false;
        if (text == hang) {
            char piece[1024];
            while (recv(connection_, piece, sizeof(piece), 0) > 0) {
            }
            return false;
        }
        if (text.empty()) text = usual;
        refused_ = text[0] == '4' || text[0] == '5';
        text += "\r\n";
        return ::send(connection_, text.data(), text.size(), MSG_NOSIGNAL) > 0;
    }

    bool read_line(std::string& line) {
        while (true) {
            const std::size_t end = unread_.find("\r\n");
            if (end != std::string::npos) {
                line = unread_.substr(0, end);
                unread_.erase(0, end + 2);
                return true;
            }
            char piece[4096];
            const ssize_t got = recv(connection_, piece, sizeof(piece), 0);
            if (got <= 0) return false;
            unread_.append(piece, static_cast<std::size_t>(got));
        }
    }

    void keep(const TestMail& mail) {
        {
            std::lock_guard lock(mutex_);
            mails_.push_back(mail);
        }
        came_.notify_all();
    }

    Answer answer_;
    int listener_ = -1;
    int connection_ = -1;
    std::string address_;
    std::string unread_;
    bool refused_ = false;
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<TestMail> mails_;
    std::thread thread_;
};

}  // namespace tradewind::notify
