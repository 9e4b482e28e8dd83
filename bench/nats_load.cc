// Load for NATS JetStream: every connection publishes one record and waits for the stream's answer,
// as http_load does with requests. One thread, as light as it can be.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "nats_load: %s\n", what.c_str());
    std::exit(1);
}

double now_seconds() {
    timespec at{};
    ::clock_gettime(CLOCK_MONOTONIC, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

class Connection {
public:
    Connection(int port, std::string inbox) : inbox_(std::move(inbox)) {
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            fail("cannot connect");
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        send_all("CONNECT {\"verbose\":false}\r\nSUB " + inbox_ + " 1\r\n");
    }

    int socket() const { return socket_; }

    void publish(std::string_view subject, std::string_view body) {
        std::string text = "PUB ";
        text.append(subject).append(" ").append(inbox_).append(" ");
        text.append(std::to_string(body.size())).append("\r\n").append(body).append("\r\n");
        begun_ = now_seconds();
        send_all(text);
    }

    // The answer when it is whole; empty: not yet. It names the stream; an error names none.
    std::string answer() {
        std::array<char, 4096> buffer;
        const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN) return {};
        if (size <= 0) fail("the server closed the connection");
        received_.append(buffer.data(), static_cast<std::size_t>(size));
        if (received_.find("PING\r\n") != std::string::npos) send_all("PONG\r\n");
        const std::size_t begin = received_.find("MSG ");
        if (begin == std::string::npos) return {};
        const std::size_t end = received_.find('}', begin);
        if (end == std::string::npos) return {};
        std::string whole = received_.substr(begin, end - begin);
        received_.clear();
        return whole;
    }

    double waited() const { return now_seconds() - begun_; }

private:
    void send_all(std::string_view text) {
        while (!text.empty()) {
            const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) fail("cannot send");
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    std::string inbox_;
    int socket_ = -1;
    std::string received_;
    double begun_ = 0;
};

// One call of JetStream's interface, waiting.
void request(int port, const std::string& subject, const std::string& body) {
    Connection connection(port, "_INBOX.setup");
    connection.publish(subject, body);
    std::string answer;
    while (answer.empty()) answer = connection.answer();
    if (answer.find("\"error\"") != std::string::npos) fail(answer);
}

std::vector<std::string> read_lines(const char* path) {
    std::vector<std::string> lines;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    if (lines.empty()) fail("no records");
    return lines;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) fail("nats_load PORT FILE CONNECTIONS SECONDS");
    const int port = std::atoi(argv[1]);
    const std::vector<std::string> records = read_lines(argv[2]);
    request(
        port,
        "$JS.API.STREAM.CREATE.bench",
        R"({"name":"bench","subjects":["records"],"storage":"file","num_replicas":1})"
    );
    std::vector<Connection> connections;
    const int epoll = ::epoll_create1(0);
    for (int i = 0; i < std::atoi(argv[3]); ++i) {
        connections.emplace_back(port, "_INBOX.c" + std::to_string(i));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u32 = static_cast<std::uint32_t>(i);
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, connections.back().socket(), &event);
    }
    std::size_t next = 0;
    for (Connection& connection : connections) connection.publish("records", records[next++]);
    std::vector<double> waits;
    const double begin = now_seconds();
    const double end = begin + std::atof(argv[4]);
    std::array<epoll_event, 256> events;
    while (now_seconds() < end) {
        const int count = ::epoll_wait(epoll, events.data(), events.size(), 100);
        for (int i = 0; i < count; ++i) {
            Connection& connection = connections[events[static_cast<std::size_t>(i)].data.u32];
            const std::string answer = connection.answer();
            if (answer.empty()) continue;
            if (answer.find("\"stream\"") == std::string::npos) fail(answer);
            waits.push_back(connection.waited());
            connection.publish("records", records[next++ % records.size()]);
        }
    }
    if (waits.empty()) fail("no answer came");
    const double seconds = now_seconds() - begin;
    std::sort(waits.begin(), waits.end());
    std::printf(
        "{\"records_per_second\": %.0f, \"p50_us\": %.0f, \"p99_us\": %.0f}\n",
        static_cast<double>(waits.size()) / seconds,
        waits[waits.size() / 2] * 1e6,
        waits[waits.size() * 99 / 100] * 1e6
    );
}
