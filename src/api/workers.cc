#include "api/workers.h"

#include <utility>

#include "base/check.h"

namespace tradewind::api {

Workers::Workers(int thread_count, std::size_t queue_max) : queue_(queue_max) {
    CHECK(thread_count > 0);
    for (int i = 0; i < thread_count; ++i) {
        threads_.emplace_back([this] {
            while (auto task = queue_.pop()) (*task)();
        });
    }
}

Workers::~Workers() {
    stop();
}

bool Workers::submit(std::function<void()> task) {
    return queue_.try_push(std::move(task));
}

void Workers::stop() {
    queue_.close();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

}  // namespace tradewind::api
