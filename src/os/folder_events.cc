#include "os/folder_events.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <limits>
#include <map>

#include "os/filesystem.h"
#include "os/posix_error.h"

namespace tradewind::os {

namespace {

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    const int number_;
};

class InotifyEvents final : public FolderEvents {
public:
    InotifyEvents(int inotify, int wake) : inotify_(inotify), wake_(wake) {}

    Result<void> add(const std::string& folder) override {
        if (inotify_.number() < 0) return {};
        constexpr std::uint32_t mask =
            IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR | IN_EXCL_UNLINK;
        const int watch = ::inotify_add_watch(inotify_.number(), folder.c_str(), mask);
        if (watch < 0) return posix_error("cannot watch", folder, errno);
        folders_[watch] = folder;
        return {};
    }

    FolderNews wait(std::int64_t timeout_us) override {
        std::array<pollfd, 2> polled = {
            pollfd{wake_.number(), POLLIN, 0}, pollfd{inotify_.number(), POLLIN, 0}
        };
        const std::int64_t wait_ms =
            std::clamp<std::int64_t>((timeout_us + 999) / 1000, 0, std::numeric_limits<int>::max());
        if (::poll(polled.data(), polled.size(), static_cast<int>(wait_ms)) <= 0) return {};
        if ((polled[0].revents & POLLIN) != 0) {
            std::uint64_t count = 0;
            (void)!::read(wake_.number(), &count, sizeof count);
        }
        return (polled[1].revents & POLLIN) != 0 ? read_news() : FolderNews{};
    }

    void wake() override {
        const std::uint64_t one = 1;
        (void)!::write(wake_.number(), &one, sizeof one);
    }

private:
    FolderNews read_news() {
        FolderNews news;
        alignas(inotify_event) std::array<char, 64 * 1024> buffer;
        const ssize_t size = ::read(inotify_.number(), buffer.data(), buffer.size());
        for (ssize_t at = 0; at < size;) {
            inotify_event event;
            std::memcpy(&event, buffer.data() + at, sizeof event);
            take(event, buffer.data() + at + sizeof event, news);
            at += static_cast<ssize_t>(sizeof event + event.len);
        }
        return news;
    }

    void take(const inotify_event& event, const char* name, FolderNews& news) {
        if ((event.mask & IN_Q_OVERFLOW) != 0) news.missed = true;
        if ((event.mask & IN_IGNORED) != 0) folders_.erase(event.wd);
        const auto folder = folders_.find(event.wd);
        if (folder == folders_.end() || event.len == 0) return;
        const bool is_folder = (event.mask & IN_ISDIR) != 0;
        // A file that was created is being written; its closing is what counts.
        if (!is_folder && (event.mask & IN_CREATE) != 0) return;
        news.events.push_back({join(folder->second, name), is_folder});
    }

    const Descriptor inotify_;
    const Descriptor wake_;
    std::map<int, std::string> folders_;
};

}  // namespace

Result<std::unique_ptr<FolderEvents>> FolderEvents::open() {
    const int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake < 0) return posix_error("cannot make", "an event", errno);
    const int inotify = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);  // poll() passes by -1
    return std::unique_ptr<FolderEvents>(std::make_unique<InotifyEvents>(inotify, wake));
}

// A read lease is granted only while nobody has the file open for writing.
Writers writers_of(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
    if (file.number() < 0) return Writers::Unknown;
    // Who opens it for writing meanwhile would send us SIGIO, which ends a program; this one does
    // nothing.
    if (::fcntl(file.number(), F_SETSIG, SIGURG) != 0) return Writers::Unknown;
    if (::fcntl(file.number(), F_SETLEASE, F_RDLCK) == 0) {
        (void)::fcntl(file.number(), F_SETLEASE, F_UNLCK);
        return Writers::None;
    }
    return errno == EAGAIN ? Writers::Some : Writers::Unknown;
}

}  // namespace tradewind::os
