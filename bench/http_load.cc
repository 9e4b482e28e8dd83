// Load for benches: closed-loop HTTP/1.1 over many keep-alive connections from one thread. It
// shares the machine with the server it measures, so it is as light as it can be: requests are made
// beforehand, answers are only looked at as far as their end and status.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "os/clock.h"
#include "os/process.h"

namespace {

struct Options {
    std::string host = "127.0.0.1";
    int port = 8080;
    int connections = 64;
    double seconds = 10;
    std::string mode = "get";
    std::string path = "/healthz";
    std::string paths_file;  // get: one path a line, in turn
    std::string body_file;
    std::int64_t batch = 0;  // post: lines of the body file per request; 0: the whole file
    std::string content_type = "application/json";
    double rate = 0;    // requests per second at most; 0: as fast as answers come
    std::string stamp;  // post: in its place stands, in as many digits, how often the file was sent
};

constexpr const char* usage =
    "http_load [--host H] --port P [--connections 64] [--seconds 10] [--mode get|post] [--path "
    "/healthz]\n"
    "          [--paths-file F] [--body-file F] [--batch N] [--content-type T] [--rate R] "
    "[--stamp TEXT]\n";

[[noreturn]] void fail(const std::string& message) {
    std::fprintf(stderr, "http_load: %s\n%s", message.c_str(), usage);
    std::exit(2);
}

Options read_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i];
        if (i + 1 >= argc) fail("no value for " + name);
        const std::string value = argv[i + 1];
        if (name == "--host")
            options.host = value;
        else if (name == "--port")
            options.port = std::stoi(value);
        else if (name == "--connections")
            options.connections = std::stoi(value);
        else if (name == "--seconds")
            options.seconds = std::stod(value);
        else if (name == "--mode")
            options.mode = value;
        else if (name == "--path")
            options.path = value;
        else if (name == "--paths-file")
            options.paths_file = value;
        else if (name == "--body-file")
            options.body_file = value;
        else if (name == "--batch")
            options.batch = std::stoll(value);
        else if (name == "--content-type")
            options.content_type = value;
        else if (name == "--rate")
            options.rate = std::stod(value);
        else if (name == "--stamp")
            options.stamp = value;
        else
            fail("unknown option " + name);
    }
    return options;
}

std::string read_whole(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) fail("cannot read " + path);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

std::vector<std::string> read_lines(const std::string& path) {
    std::vector<std::string> lines;
    std::ifstream in(path, std::ios::binary);
    if (!in) fail("cannot read " + path);
    for (std::string line; std::getline(in, line);) {
        if (!line.empty()) lines.push_back(line);
    }
    if (lines.empty()) fail(path + " is empty");
    return lines;
}

std::string post_of(const Options& options, const std::string& body) {
    return "POST " + options.path + " HTTP/1.1\r\nHost: " + options.host +
           "\r\nContent-Type: " + options.content_type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::vector<std::string> posts(const Options& options) {
    if (options.body_file.empty()) fail("--mode post needs --body-file");
    if (options.batch == 0) return {post_of(options, read_whole(options.body_file))};
    std::vector<std::string> requests;
    std::string body;
    std::int64_t lines = 0;
    for (const std::string& line : read_lines(options.body_file)) {
        body += line;
        if (options.batch > 1) body += '\n';
        if (++lines % options.batch == 0) {
            requests.push_back(post_of(options, body));
            body.clear();
        }
    }
    if (requests.empty()) fail("the body file has fewer lines than one batch");
    return requests;
}

std::vector<std::string> gets(const Options& options) {
    const std::vector<std::string> paths = options.paths_file.empty()
                                               ? std::vector<std::string>{options.path}
                                               : read_lines(options.paths_file);
    std::vector<std::string> requests;
    for (const std::string& path : paths) {
        requests.push_back("GET " + path + " HTTP/1.1\r\nHost: " + options.host + "\r\n\r\n");
    }
    return requests;
}

// A request in which some places change each time, so that no two are of the same keys.
struct Request {
    std::string bytes;
    std::vector<std::size_t> stamps;

    void stamp(std::size_t width, std::size_t number) {
        std::string digits = std::to_string(number);
        digits.insert(0, width - std::min(width, digits.size()), '0');
        for (const std::size_t at : stamps) bytes.replace(at, width, digits, 0, width);
    }
};

std::vector<Request> with_stamps(const Options& options, std::vector<std::string> requests) {
    std::vector<Request> all;
    for (std::string& bytes : requests) {
        Request request{std::move(bytes), {}};
        std::size_t at = options.stamp.empty() ? std::string::npos : 0;
        while (at != std::string::npos &&
               (at = request.bytes.find(options.stamp, at)) != std::string::npos) {
            request.stamps.push_back(at);
            at += options.stamp.size();
        }
        all.push_back(std::move(request));
    }
    return all;
}

// Durations in buckets of 1/32 of a power of two: quantiles are right to 3 %.
class Durations {
public:
    void add(std::int64_t nanos) {
        const auto n = static_cast<std::uint64_t>(std::max<std::int64_t>(nanos, 32));
        const auto exponent = static_cast<int>(std::bit_width(n)) - 6;
        ++buckets_[static_cast<std::size_t>(exponent) * 32 + (n >> exponent) - 32];
        max_ = std::max(max_, nanos);
        ++count_;
    }
    double quantile_us(double q) const {
        auto left = static_cast<std::int64_t>(q * static_cast<double>(count_));
        for (std::size_t i = 0; i < buckets_.size(); ++i) {
            left -= buckets_[i];
            if (left < 0) return static_cast<double>((i % 32 + 32) << (i / 32)) / 1000;
        }
        return max_us();
    }
    double max_us() const { return static_cast<double>(max_) / 1000; }
    std::int64_t count() const { return count_; }

private:
    std::array<std::int64_t, 64 * 32> buckets_{};
    std::int64_t max_ = 0;
    std::int64_t count_ = 0;
};

struct Connection {
    int socket = -1;
    std::string request_rest;  // what the socket did not take yet
    std::int64_t sent_ns = 0;
    std::string head;  // of an answer that came in pieces
    std::size_t body_left = 0;
    int status = 0;
    bool busy = false;
};

class Load {
public:
    Load(Options options, std::vector<Request> requests)
        : options_(std::move(options)), requests_(std::move(requests)), epoll_(::epoll_create1(0)) {
        connections_.resize(static_cast<std::size_t>(options_.connections));
        for (std::size_t i = 0; i < connections_.size(); ++i) connect(i);
    }

    void run() {
        begin_ns_ = now_ns();
        end_ns_ = begin_ns_ + static_cast<std::int64_t>(options_.seconds * 1e9);
        const double cpu = tradewind::os::cpu_seconds();
        for (Connection& connection : connections_) waiting_.push_back(&connection);
        std::array<epoll_event, 256> events;
        std::int64_t now = begin_ns_;
        while (now < end_ns_) {
            begin_requests(now);
            const int count = ::epoll_wait(
                epoll_, events.data(), static_cast<int>(events.size()), options_.rate > 0 ? 1 : 100
            );
            now = now_ns();
            for (int i = 0; i < count; ++i)
                on_event(
                    connections_[events[static_cast<std::size_t>(i)].data.u64],
                    events[static_cast<std::size_t>(i)].events
                );
        }
        print(static_cast<double>(now - begin_ns_) / 1e9, tradewind::os::cpu_seconds() - cpu);
    }

private:
    static std::int64_t now_ns() {
        timespec at{};
        ::clock_gettime(CLOCK_MONOTONIC, &at);
        return at.tv_sec * 1'000'000'000LL + at.tv_nsec;
    }

    void connect(std::size_t index) {
        Connection& connection = connections_[index];
        connection.socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(options_.port));
        if (::inet_pton(AF_INET, options_.host.c_str(), &address.sin_addr) != 1)
            fail("the host must be an IPv4 address");
        if (::connect(connection.socket, reinterpret_cast<sockaddr*>(&address), sizeof address) !=
            0) {
            fail("cannot connect to " + options_.host + ":" + std::to_string(options_.port));
        }
        const int on = 1;
        ::setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(connection, EPOLLIN, EPOLL_CTL_ADD);
    }

    void watch(Connection& connection, std::uint32_t what, int change) {
        epoll_event event{};
        event.events = what;
        event.data.u64 = static_cast<std::uint64_t>(&connection - connections_.data());
        ::epoll_ctl(epoll_, change, connection.socket, &event);
    }

    void begin_requests(std::int64_t now) {
        while (!waiting_.empty()) {
            if (options_.rate > 0) {
                const double due = static_cast<double>(now - begin_ns_) / 1e9 * options_.rate;
                if (static_cast<double>(begun_) >= due) return;
            }
            Connection* connection = waiting_.back();
            waiting_.pop_back();
            begin(*connection);
        }
    }

    void begin(Connection& connection) {
        Request& chosen = requests_[next_ % requests_.size()];
        chosen.stamp(options_.stamp.size(), next_++ / requests_.size());
        const std::string& request = chosen.bytes;
        ++begun_;
        connection.busy = true;
        connection.sent_ns = now_ns();
        const ssize_t sent =
            ::send(connection.socket, request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        const std::size_t taken = sent > 0 ? static_cast<std::size_t>(sent) : 0;
        if (taken == request.size()) return;
        connection.request_rest = request.substr(taken);
        watch(connection, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    }

    void send_rest(Connection& connection) {
        const ssize_t sent = ::send(
            connection.socket,
            connection.request_rest.data(),
            connection.request_rest.size(),
            MSG_NOSIGNAL | MSG_DONTWAIT
        );
        if (sent > 0) connection.request_rest.erase(0, static_cast<std::size_t>(sent));
        if (connection.request_rest.empty()) watch(connection, EPOLLIN, EPOLL_CTL_MOD);
    }

    void on_event(Connection& connection, std::uint32_t what) {
        if ((what & EPOLLOUT) != 0) send_rest(connection);
        if ((what & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) return;
        const ssize_t size =
            ::recv(connection.socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (size > 0)
            return take(
                connection, std::string_view(buffer_.data(), static_cast<std::size_t>(size))
            );
        ++closed_;
        ::close(connection.socket);
        const std::size_t index = static_cast<std::size_t>(&connection - connections_.data());
        connection = Connection();
        connect(index);
        waiting_.push_back(&connection);
    }

    void take(Connection& connection, std::string_view bytes) {
        if (connection.status == 0) {
            if (!connection.head.empty()) {
                connection.head += bytes;
                const std::string whole = std::move(connection.head);
                connection.head.clear();
                return take_head(connection, whole);
            }
            return take_head(connection, bytes);
        }
        connection.body_left -= std::min(connection.body_left, bytes.size());
        if (connection.body_left == 0) finish(connection);
    }

    void take_head(Connection& connection, std::string_view bytes) {
        const std::size_t end = bytes.find("\r\n\r\n");
        if (end == std::string_view::npos) {
            connection.head = bytes;
            return;
        }
        std::from_chars(bytes.data() + 9, bytes.data() + 12, connection.status);
        const std::size_t field = bytes.find("Content-Length: ");
        if (field == std::string_view::npos || field > end)
            fail("an answer without Content-Length");
        std::size_t length = 0;
        std::from_chars(bytes.data() + field + 16, bytes.data() + end, length);
        const std::size_t here = std::min(length, bytes.size() - end - 4);
        connection.body_left = length - here;
        if (connection.body_left == 0) finish(connection);
    }

    void finish(Connection& connection) {
        durations_.add(now_ns() - connection.sent_ns);
        ++statuses_[connection.status];
        connection.status = 0;
        connection.busy = false;
        if (options_.rate > 0) {
            waiting_.push_back(&connection);
        } else {
            begin(connection);
        }
    }

    void print(double seconds, double cpu) const {
        const double rate = static_cast<double>(durations_.count()) / seconds;
        const auto per_request = static_cast<double>(std::max<std::int64_t>(options_.batch, 1));
        std::printf(
            "{\"requests\": %lld, \"seconds\": %.3f, \"requests_per_second\": %.0f, "
            "\"records_per_second\": %.0f, "
            "\"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, \"max_us\": %.1f, "
            "\"connections_lost\": %lld, "
            "\"client_cpu_seconds\": %.2f, \"statuses\": {",
            static_cast<long long>(durations_.count()),
            seconds,
            rate,
            options_.mode == "post" ? rate * per_request : 0.0,
            durations_.quantile_us(0.5),
            durations_.quantile_us(0.99),
            durations_.quantile_us(0.999),
            durations_.max_us(),
            static_cast<long long>(closed_),
            cpu
        );
        bool first = true;
        for (const auto& [status, count] : statuses_) {
            std::printf("%s\"%d\": %lld", first ? "" : ", ", status, static_cast<long long>(count));
            first = false;
        }
        std::printf("}}\n");
    }

    Options options_;
    std::vector<Request> requests_;
    int epoll_;
    std::vector<Connection> connections_;
    std::vector<Connection*> waiting_;
    std::array<char, 256 * 1024> buffer_;
    std::size_t next_ = 0;
    std::int64_t begun_ = 0;
    std::int64_t closed_ = 0;
    std::int64_t begin_ns_ = 0;
    std::int64_t end_ns_ = 0;
    Durations durations_;
    std::map<int, std::int64_t> statuses_;
};

}  // namespace

int main(int argc, char** argv) {
    Options options = read_options(argc, argv);
    if (options.mode != "get" && options.mode != "post") fail("--mode is get or post");
    std::vector<std::string> requests = options.mode == "post" ? posts(options) : gets(options);
    std::vector<Request> stamped = with_stamps(options, std::move(requests));
    Load(std::move(options), std::move(stamped)).run();
    return 0;
}
