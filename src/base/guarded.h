// Guarded<T>: a value reachable only while its lock is held.
#pragma once

#include <mutex>
#include <utility>

namespace tradewind {

template <typename T>
class Guarded {
public:
    template <typename... Args>
    explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

    // Calls f(value) under the lock and returns what it returns (by value: no reference leaks).
    template <typename F>
    auto with_lock(F&& f) {
        std::lock_guard lock(mutex_);
        return std::forward<F>(f)(value_);
    }
    template <typename F>
    auto with_lock(F&& f) const {
        std::lock_guard lock(mutex_);
        return std::forward<F>(f)(std::as_const(value_));
    }

private:
    mutable std::mutex mutex_;
    T value_;
};

}  // namespace tradewind
