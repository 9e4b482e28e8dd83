// One thread that interrupts what runs past its time, or whose client is gone. Owned by the engine;
// no sleeping elsewhere.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace tradewind::engine {

class Watchdog {
public:
    Watchdog();
    ~Watchdog();

    // While this lives, `interrupt` is called when the deadline has passed or the flag (may be
    // null) is set, and again every few milliseconds: the engine forgets an interrupt that comes
    // between two steps of a query. After the destructor returned it is not being called.
    class Guard {
    public:
        Guard(Watchdog& dog, std::int64_t number) : dog_(dog), number_(number) {}
        ~Guard() { dog_.forget(number_); }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        Watchdog& dog_;
        std::int64_t number_;
    };
    std::unique_ptr<Guard> watch(
        std::int64_t timeout_us,
        std::shared_ptr<const std::atomic<bool>> cancelled,
        std::function<void()> interrupt
    );

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Entry {
        Time deadline;
        std::shared_ptr<const std::atomic<bool>> cancelled;
        std::function<void()> interrupt;
    };

    void run();
    void forget(std::int64_t number);
    Time fire_due(Time now);
    static Time look_at(const Entry& entry, Time now);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::int64_t, Entry> entries_;
    std::int64_t next_number_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace tradewind::engine
