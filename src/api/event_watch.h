// Looks, while somebody follows live updates, at what does not tell of itself: how far the assets
// under way are, how far sinks are behind, and the figures of a dashboard's head.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "api/api.h"
#include "api/event_json.h"
#include "api/event_ring.h"
#include "base/metrics.h"

namespace tradewind::api {

// What is known of runs by their listener.
struct RunFigures {
    std::vector<std::int64_t> running;
    std::int64_t queued = 0;
    std::int64_t failed_today = 0;
};

// One thread, from construction to destruction; the ring is closed before that.
class EventWatch {
public:
    EventWatch(
        EventOptions options,
        Services services,
        std::shared_ptr<EventRing> ring,
        std::function<RunFigures()> runs
    );
    ~EventWatch();
    EventWatch(const EventWatch&) = delete;
    EventWatch& operator=(const EventWatch&) = delete;

private:
    void work();
    void look();
    void look_at_assets(const std::vector<std::int64_t>& running);
    void look_at_lags();
    void look_at_figures(const RunFigures& runs);
    void count_letters(std::int64_t now_us);
    void note_rate(std::int64_t now_us);

    const EventOptions options_;
    const Services services_;
    const std::shared_ptr<EventRing> ring_;
    const std::function<RunFigures()> runs_;
    std::vector<Counter*> accepted_;
    std::vector<Counter*> rejected_;
    Figures figures_;
    std::int64_t rate_since_us_ = 0;  // monotonic; 0: not yet
    std::int64_t rate_records_ = 0;   // accepted by then
    std::int64_t counted_us_ = 0;     // monotonic; 0: not yet
    std::thread thread_;              // last: it uses all of the above
};

}  // namespace tradewind::api
