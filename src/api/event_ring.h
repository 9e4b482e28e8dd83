// The newest events, and who follows them. What a slow client has not taken waits here and nowhere
// else: one list for all of them, bounded; who falls out of it is told and let go.
#pragma once

#include <bitset>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "api/api.h"
#include "base/json.h"
#include "base/metrics.h"
#include "base/result.h"

namespace tradewind::api {

using EventTypes = std::bitset<std::size(event_types)>;
EventTypes types_of(const std::vector<EventType>& list);  // empty: all

// All methods: any thread.
class EventRing : public std::enable_shared_from_this<EventRing> {
public:
    // Ids begin with the epoch: one of another start of the program is not taken for ours.
    EventRing(EventOptions options, std::string epoch, MetricsRegistry& metrics);

    void tell(EventType type, const json::Value& data);
    // How something is, by a name: told when it is otherwise than before. Whoever begins to follow
    // is told the newest of each.
    void tell_state(EventType type, const std::string& name, const json::Value& data);
    // It is over: who begins to follow need not know.
    void forget_state(EventType type, const std::string& name);

    // Unavailable: too many, or closed.
    Result<std::unique_ptr<LiveBody>> follow(const FollowRequest& request);

    // Waits until somebody follows; false: closed.
    bool wait_for_follower();
    // Waits so long, unless it is closed: then false.
    bool pause(std::int64_t micros);
    void close();

private:
    class Follower;
    struct Event {
        EventType type;
        std::string text;  // as it is sent
    };
    // A follower that has taken all there is.
    struct Waiting {
        std::function<void()> wake;
        Follower* follower;
    };

    // With the lock held; those to be woken without it.
    std::vector<std::function<void()>> add(EventType type, const std::string& data);
    std::vector<std::function<void()>> note_waiting(EventType type);
    void drop_old();
    std::string id_of(std::int64_t number) const;
    // The number of the event after that id; 0: it is not known, or its successor is gone.
    std::int64_t after(const std::string& id) const;
    std::string greeting(const Follower& follower, const std::string& lost) const;
    LivePiece next_of(Follower& follower, std::function<void()> wake);
    void leave(Follower& follower);
    std::int64_t oldest() const { return next_ - static_cast<std::int64_t>(events_.size()); }

    const EventOptions options_;
    const std::string epoch_;
    Gauge& clients_;
    Counter& told_;
    Counter& lost_;

    std::mutex mutex_;  // guards what follows, and the followers' places
    std::condition_variable changed_;
    std::deque<Event> events_;
    std::size_t bytes_ = 0;
    std::int64_t next_ = 1;  // the number of the event to come
    std::map<std::pair<EventType, std::string>, std::string> states_;
    std::vector<Waiting> waiting_;
    std::size_t follower_count_ = 0;
    bool closed_ = false;
};

}  // namespace tradewind::api
