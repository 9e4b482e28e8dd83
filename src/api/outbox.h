// Where answers wait for the server's thread. Any thread may put one in, at any time: the outbox is
// shared by its server and by every reply still to come, so a late one finds it closed, not gone.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "api/api.h"

namespace tradewind::api {

// Which connection an answer is for. A slot is used again; then its generation is another.
struct ConnectionId {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
};

struct Outgoing {
    ConnectionId to;
    Response response;
    bool more = false;  // no answer: the live body that is being sent has more
};

// A committer answers hundreds of requests at once: they cost one wake-up of the server's thread
// together, not one each.
class Outbox {
public:
    // `wake` makes the owner's thread call take(); it is called with the outbox's lock held.
    explicit Outbox(std::function<void()> wake) : wake_(std::move(wake)) {}

    // The thread whose own answers need no lock. Before any push.
    void set_owner(std::thread::id owner) { owner_.store(owner); }

    void push(ConnectionId to, Response response) {
        if (closed_.load()) return;
        if (owner_.load(std::memory_order_relaxed) == std::this_thread::get_id()) {
            own_.push_back({to, std::move(response)});
            return;
        }
        push_shared({to, std::move(response)});
    }

    // The connection's live body has more; from the owner's thread too.
    void push_more(ConnectionId to) { push_shared({to, {}, true}); }

    // Owner's thread. What was pushed by others; false: nothing, and the next push will wake again.
    bool take(std::vector<Outgoing>& items) {
        items.clear();
        std::lock_guard lock(mutex_);
        items_.swap(items);
        awake_ = !items.empty();
        return awake_;
    }

    // Owner's thread. What it pushed itself.
    bool take_own(std::vector<Outgoing>& items) {
        items.clear();
        own_.swap(items);
        return !items.empty();
    }

    // From now on answers are dropped, and `wake` is not called again.
    void close() {
        std::lock_guard lock(mutex_);
        closed_.store(true);
        wake_ = nullptr;
    }

private:
    void push_shared(Outgoing item) {
        std::lock_guard lock(mutex_);
        if (closed_.load()) return;
        items_.push_back(std::move(item));
        if (!std::exchange(awake_, true)) wake_();
    }

    std::function<void()> wake_;
    std::atomic<std::thread::id> owner_;
    std::atomic<bool> closed_{false};
    std::mutex mutex_;
    std::vector<Outgoing> items_;
    bool awake_ = false;
    std::vector<Outgoing> own_;
};

}  // namespace tradewind::api
