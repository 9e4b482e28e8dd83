// The threads that run what may take long; a full queue refuses rather than grows.
#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"

namespace tradewind::api {

class Workers {
public:
    Workers(int thread_count, std::size_t queue_max);
    ~Workers();
    // False: the queue is full or stop() was called; the task was not taken.
    bool submit(std::function<void()> task);
    std::size_t waiting() const { return queue_.size(); }
    // Runs what was taken, then joins. Repeatable, one thread.
    void stop();

private:
    BoundedQueue<std::function<void()>> queue_;
    std::vector<std::thread> threads_;
};

}  // namespace tradewind::api
