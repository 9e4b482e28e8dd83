#include "api/event_ring.h"

#include <algorithm>
#include <chrono>

#include "base/text.h"

namespace tradewind::api {

namespace {

constexpr std::size_t piece_bytes = 64u << 10;  // sent to one client before others have their turn
constexpr std::int64_t reconnect_ms = 2000;
constexpr const char* gone = "what came since is no longer kept";

std::string block_of(std::string_view type, std::string_view id, std::string_view data) {
    std::string text = "event: ";
    text += type;
    if (!id.empty()) {
        text += "\nid: ";
        text += id;
    }
    text += "\ndata: ";
    text += data;
    return text + "\n\n";
}

std::size_t bit_of(EventType type) {
    return static_cast<std::size_t>(type);
}

void wake_all(const std::vector<std::function<void()>>& wakes) {
    for (const auto& wake : wakes) wake();
}

std::string reset_data(const std::string& reason) {
    json::Value data = json::Value::object();
    data.set("reason", reason);
    return data.dump();
}

}  // namespace

EventTypes types_of(const std::vector<EventType>& list) {
    EventTypes types;
    if (list.empty()) return types.set();
    for (const EventType type : list) types.set(bit_of(type));
    return types;
}

// One client; its members are guarded by the ring's lock.
class EventRing::Follower : public LiveBody {
public:
    Follower(std::shared_ptr<EventRing> ring, EventTypes types)
        : types_(types), ring_(std::move(ring)) {}
    ~Follower() override { ring_->leave(*this); }
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    LivePiece next(std::function<void()> wake) override {
        return ring_->next_of(*this, std::move(wake));
    }
    std::string heartbeat() const override { return ":\n\n"; }

    const EventTypes types_;
    std::int64_t next_ = 0;  // the number of the event to be sent
    std::string greeting_;
    bool resumed_ = false;

private:
    const std::shared_ptr<EventRing> ring_;
};

EventRing::EventRing(EventOptions options, std::string epoch, MetricsRegistry& metrics)
    : options_(options),
      epoch_(std::move(epoch)),
      clients_(metrics.gauge("tradewind_event_clients", "Clients that follow live updates.")),
      told_(metrics.counter("tradewind_events_total", "Live updates told.")),
      lost_(metrics.counter(
          "tradewind_event_resets_total",
          "Clients that were told that they had missed live updates, by being slow or away."
      )) {}

std::string EventRing::id_of(std::int64_t number) const {
    return epoch_ + "-" + std::to_string(number);
}

std::int64_t EventRing::after(const std::string& id) const {
    const std::size_t dash = id.rfind('-');
    if (dash == std::string::npos || id.substr(0, dash) != epoch_) return 0;
    const auto number = parse_integer(id.substr(dash + 1));
    const bool kept = number && *number >= oldest() - 1 && *number < next_;
    return kept ? *number + 1 : 0;
}

void EventRing::drop_old() {
    while (events_.size() > options_.kept_max ||
           (bytes_ > options_.kept_bytes_max && !events_.empty())) {
        bytes_ -= events_.front().text.size();
        events_.pop_front();
    }
}

// Those who asked for other types have seen it, too.
std::vector<std::function<void()>> EventRing::note_waiting(EventType type) {
    std::vector<std::function<void()>> wakes;
    std::erase_if(waiting_, [&](Waiting& one) {
        const bool wanted = one.follower->types_.test(bit_of(type));
        if (wanted) {
            wakes.push_back(std::move(one.wake));
        } else {
            one.follower->next_ = next_;
        }
        return wanted;
    });
    return wakes;
}

std::vector<std::function<void()>> EventRing::add(EventType type, const std::string& data) {
    Event event{type, block_of(to_string(type), id_of(next_), data)};
    bytes_ += event.text.size();
    events_.push_back(std::move(event));
    ++next_;
    told_.add();
    drop_old();
    return note_waiting(type);
}

void EventRing::tell(EventType type, const json::Value& data) {
    const std::string text = data.dump();
    std::vector<std::function<void()>> wakes;
    {
        const std::lock_guard lock(mutex_);
        wakes = add(type, text);
    }
    wake_all(wakes);
}

void EventRing::tell_state(EventType type, const std::string& name, const json::Value& data) {
    std::string text = data.dump();
    std::vector<std::function<void()>> wakes;
    {
        const std::lock_guard lock(mutex_);
        std::string& state = states_[{type, name}];
        if (state == text) return;
        wakes = add(type, text);
        state = std::move(text);
    }
    wake_all(wakes);
}

void EventRing::forget_state(EventType type, const std::string& name) {
    const std::lock_guard lock(mutex_);
    states_.erase({type, name});
}

std::string EventRing::greeting(const Follower& follower, const std::string& lost) const {
    const std::string id = id_of(follower.next_ - 1);
    json::Value hello = json::Value::object();
    hello.set("resumed", follower.resumed_);
    std::string text = "retry: " + std::to_string(reconnect_ms) + "\n";
    text += block_of("hello", id, hello.dump());
    if (!lost.empty()) text += block_of("reset", id, reset_data(lost));
    if (follower.resumed_) return text;
    for (const auto& [key, data] : states_) {
        if (follower.types_.test(bit_of(key.first)))
            text += block_of(to_string(key.first), "", data);
    }
    return text;
}

Result<std::unique_ptr<LiveBody>> EventRing::follow(const FollowRequest& request) {
    auto follower = [&]() -> std::unique_ptr<Follower> {
        const std::lock_guard lock(mutex_);
        if (closed_ || follower_count_ >= options_.clients_max) return nullptr;
        auto one = std::make_unique<Follower>(shared_from_this(), types_of(request.types));
        const std::int64_t next = request.since.empty() ? 0 : after(request.since);
        one->resumed_ = next > 0;
        one->next_ = next > 0 ? next : next_;
        const bool lost = !request.since.empty() && !one->resumed_;
        if (lost) lost_.add();
        one->greeting_ = greeting(*one, lost ? gone : "");
        ++follower_count_;
        clients_.set(static_cast<std::int64_t>(follower_count_));
        changed_.notify_all();
        return one;
    }();
    if (follower != nullptr) return std::unique_ptr<LiveBody>(std::move(follower));
    return Error(ErrorCode::Unavailable, "too many clients follow live updates")
        .with_detail("There may be " + std::to_string(options_.clients_max) + " at once.")
        .with_hint("Come again in a moment, or ask for what you need: GET /v1/runs, ….");
}

LivePiece EventRing::next_of(Follower& follower, std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    LivePiece piece;
    piece.text = std::exchange(follower.greeting_, "");
    if (closed_) {
        piece.last = true;
        return piece;
    }
    if (follower.next_ < oldest()) {
        lost_.add();
        piece.text += block_of("reset", id_of(next_ - 1), reset_data(gone));
        piece.last = true;
        return piece;
    }
    for (; follower.next_ < next_ && piece.text.size() < piece_bytes; ++follower.next_) {
        const Event& event = events_[static_cast<std::size_t>(follower.next_ - oldest())];
        if (follower.types_.test(bit_of(event.type))) piece.text += event.text;
    }
    if (piece.text.empty()) {
        std::erase_if(waiting_, [&](const Waiting& one) { return one.follower == &follower; });
        waiting_.push_back({std::move(wake), &follower});
    }
    return piece;
}

void EventRing::leave(Follower& follower) {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiting_, [&](const Waiting& one) { return one.follower == &follower; });
    --follower_count_;
    clients_.set(static_cast<std::int64_t>(follower_count_));
    changed_.notify_all();
    if (follower_count_ > 0) return;
    // Nobody looks at these any more: they would be old news to who comes next.
    std::erase_if(states_, [](const auto& state) {
        return state.first.first == EventType::Lag || state.first.first == EventType::Kpi;
    });
}

bool EventRing::wait_for_follower() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || follower_count_ > 0; });
    return !closed_;
}

bool EventRing::pause(std::int64_t micros) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::microseconds(micros), [this] { return closed_; });
    return !closed_;
}

void EventRing::close() {
    std::vector<std::function<void()>> wakes;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        for (Waiting& one : waiting_) wakes.push_back(std::move(one.wake));
        waiting_.clear();
    }
    changed_.notify_all();
    wake_all(wakes);
}

}  // namespace tradewind::api
