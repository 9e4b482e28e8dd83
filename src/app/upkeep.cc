#include "app/upkeep.h"

#include <chrono>
#include <utility>

#include "base/log.h"

namespace tradewind::app {

namespace {

constexpr auto period = std::chrono::seconds(30);

}  // namespace

Upkeep::Upkeep(std::vector<stream::Stream*> streams, lake::Lake& lake)
    : streams_(std::move(streams)), lake_(lake), thread_([this] { loop(); }) {}

Upkeep::~Upkeep() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        stop_.notify_all();
    }
    thread_.join();
}

void Upkeep::loop() {
    std::unique_lock lock(mutex_);
    while (!stop_.wait_for(lock, period, [&] { return stopping_; })) {
        lock.unlock();
        once();
        lock.lock();
    }
}

void Upkeep::once() {
    for (stream::Stream* stream : streams_) {
        const auto removed = stream->apply_retention();
        if (!removed.ok())
            log::warn(
                "retention failed and is tried again", {{"error", removed.error().describe()}}
            );
    }
    const auto swept = lake_.sweep();
    if (!swept.ok())
        log::warn(
            "sweeping the lake failed and is tried again", {{"error", swept.error().describe()}}
        );
}

}  // namespace tradewind::app
