// Work that is done side by side and taken in order: what comes out does not depend on the number
// of threads.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/result.h"
#include "generate/generate.h"

namespace tradewind::generate {

struct WorkLimits {
    int threads = 1;
    // Piece i is begun only once piece i - ahead was taken: bounds memory, and lets a piece count
    // on what that earlier one left.
    std::size_t ahead = 1;
};

// As many as the request names, else as the machine has cores.
inline int thread_count(const GenerateRequest& request) {
    if (request.threads > 0) return request.threads;
    return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 64U));
}

// make(i, thread) is called for i = 0 … count - 1, on several threads at once, with thread from 0
// to threads - 1; take(i, piece) on the caller's thread, in order of i. The first error of take
// ends it all.
template <typename T>
class OrderedWork {
public:
    using Make = std::function<T(std::size_t, std::size_t)>;
    using Take = std::function<Result<void>(std::size_t, T&)>;

    static Result<void> run(
        std::size_t count, const WorkLimits& limits, const Make& make, const Take& take
    ) {
        OrderedWork work(count, limits, make);
        return work.take_all(take);
    }

private:
    OrderedWork(std::size_t count, const WorkLimits& limits, const Make& make)
        : count_(count), make_(make), slots_(limits.ahead) {
        CHECK(limits.threads > 0 && limits.ahead > 0);
        for (std::size_t i = 0; i < static_cast<std::size_t>(limits.threads); ++i) {
            threads_.emplace_back([this, i] { work(i); });
        }
    }
    ~OrderedWork() {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        room_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }

    void work(std::size_t thread) {
        std::unique_lock lock(mutex_);
        while (true) {
            room_.wait(lock, [&] {
                return stopped_ || next_ == count_ || next_ < taken_ + slots_.size();
            });
            if (stopped_ || next_ == count_) return;
            const std::size_t at = next_++;
            lock.unlock();
            T made = make_(at, thread);
            lock.lock();
            slots_[at % slots_.size()] = std::move(made);
            ready_.notify_one();
        }
    }

    Result<void> take_all(const Take& take) {
        for (std::size_t at = 0; at < count_; ++at) {
            std::unique_lock lock(mutex_);
            std::optional<T>& slot = slots_[at % slots_.size()];
            ready_.wait(lock, [&] { return slot.has_value(); });
            T piece = std::move(*slot);
            slot.reset();
            lock.unlock();
            TRY(take(at, piece));
            lock.lock();
            ++taken_;
            room_.notify_all();
        }
        return {};
    }

    const std::size_t count_;
    const Make& make_;
    std::mutex mutex_;
    std::condition_variable room_;
    std::condition_variable ready_;
    std::vector<std::optional<T>> slots_;
    std::size_t next_ = 0;
    std::size_t taken_ = 0;
    bool stopped_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace tradewind::generate
