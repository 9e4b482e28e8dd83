// The bound that durable ingest is measured against: an HTTP server that does nothing but write the
// bodies it is sent into a preallocated file, fdatasync it once for all that are waiting, and
// answer. It looks at no record. One thread reads, one writes and answers.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr off_t file_bytes = 4LL << 30;
constexpr std::string_view answer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
    "{\"accepted\":  1}";

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

// What waits for the disk: all that came while the last sync was under way is one block.
class Log {
public:
    explicit Log(const char* path) : file_(open(path, O_RDWR | O_CREAT | O_TRUNC, 0600)) {
        if (file_ < 0) fail("open");
        if (posix_fallocate(file_, 0, file_bytes) != 0) fail("fallocate");
        if (fsync(file_) != 0) fail("fsync");
    }

    void add(int connection, std::string_view body) {
        std::lock_guard lock(mutex_);
        block_.append(body);
        waiting_.push_back(connection);
        some_.notify_one();
    }

    [[noreturn]] void run() {
        std::string block;
        std::vector<int> connections;
        for (;;) {
            {
                std::unique_lock lock(mutex_);
                some_.wait(lock, [this] { return !waiting_.empty(); });
                block.swap(block_);
                connections.swap(waiting_);
            }
            write_block(block);
            for (const int connection : connections) {
                if (send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) continue;
            }
            block.clear();
            connections.clear();
        }
    }

private:
    void write_block(std::string_view block) {
        if (at_ + static_cast<off_t>(block.size()) > file_bytes) at_ = 0;
        while (!block.empty()) {
            const ssize_t written = pwrite(file_, block.data(), block.size(), at_);
            if (written < 0) fail("pwrite");
            at_ += written;
            block.remove_prefix(static_cast<std::size_t>(written));
        }
        if (fdatasync(file_) != 0) fail("fdatasync");
    }

    int file_;
    off_t at_ = 0;
    std::mutex mutex_;
    std::condition_variable some_;
    std::string block_;
    std::vector<int> waiting_;
};

std::size_t content_length(std::string_view head) {
    const std::size_t field = head.find("Content-Length: ");
    std::size_t length = 0;
    if (field != std::string_view::npos)
        std::from_chars(head.data() + field + 16, head.data() + head.size(), length);
    return length;
}

// Takes whole requests out of what a connection has sent.
void take_requests(Log& log, int connection, std::string& received) {
    for (;;) {
        const std::size_t end = received.find("\r\n\r\n");
        if (end == std::string::npos) return;
        const std::size_t size =
            end + 4 + content_length(std::string_view(received).substr(0, end));
        if (received.size() < size) return;
        log.add(connection, std::string_view(received).substr(end + 4, size - end - 4));
        received.erase(0, size);
    }
}

int listen_at(int port) {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
    if (listen(listener, 1024) != 0) fail("listen");
    return listener;
}

void watch(int epoll, int socket) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) != 0) fail("epoll_ctl");
}

[[noreturn]] void serve(Log& log, int listener) {
    const int epoll = epoll_create1(0);
    watch(epoll, listener);
    std::map<int, std::string> received;
    std::array<epoll_event, 256> events;
    std::array<char, 256 * 1024> buffer;
    for (;;) {
        const int count = epoll_wait(epoll, events.data(), events.size(), -1);
        for (int i = 0; i < count; ++i) {
            const int socket = events[static_cast<std::size_t>(i)].data.fd;
            if (socket == listener) {
                const int connection = accept(listener, nullptr, nullptr);
                const int on = 1;
                setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch(epoll, connection);
                continue;
            }
            const ssize_t size = recv(socket, buffer.data(), buffer.size(), 0);
            if (size <= 0) {
                close(socket);
                received.erase(socket);
                continue;
            }
            std::string& bytes = received[socket];
            bytes.append(buffer.data(), static_cast<std::size_t>(size));
            take_requests(log, socket, bytes);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "bare_server PORT FILE\n");
        return 2;
    }
    Log log(argv[2]);
    const int listener = listen_at(std::atoi(argv[1]));
    std::thread writer([&log] { log.run(); });
    std::printf("ready\n");
    std::fflush(stdout);
    serve(log, listener);
}
