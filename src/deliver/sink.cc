#include "deliver/sink.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"

namespace tradewind::deliver {

namespace {

// How long the loop sleeps at the stream's end before it lets the sink settle by age.
constexpr std::int64_t idle_wait_us = 100'000;
constexpr std::int64_t retry_delay_us_min = 50'000;
// While fewer records wait, the loop lets more gather: every take has a fixed cost (a write batch,
// a transaction), and a batch is decoded once for all sinks.
constexpr std::int64_t few_records = 20'000;
// After a step with fewer, the stream is not busy, and is lingered for but shortly.
constexpr std::int64_t busy_records = 2'000;
constexpr std::int64_t short_linger_us = 25'000;

}  // namespace

SinkRunner::SinkRunner(
    std::unique_ptr<Sink> sink,
    stream::Stream& stream,
    BatchReader& reader,
    std::int64_t retry_delay_us_max,
    MetricsRegistry& metrics
)
    : sink_(std::move(sink)),
      stream_(stream),
      reader_(reader),
      retry_delay_us_max_(retry_delay_us_max),
      metrics_(metrics),
      delivered_(metrics.counter(
          "tradewind_delivered_records_total",
          "Stream records taken by a sink.",
          {{"stream", stream.info().name}, {"sink", sink_->name()}}
      )),
      retries_(metrics.counter(
          "tradewind_delivery_retries_total",
          "Times a sink failed and was tried again.",
          {{"stream", stream.info().name}, {"sink", sink_->name()}}
      )) {
    show_lag([this] { return static_cast<double>(status().lag); });
}

SinkRunner::~SinkRunner() {
    stop();
    show_lag([] { return 0.0; });  // the registry lives longer
}

void SinkRunner::show_lag(std::function<double()> read) {
    metrics_.gauge_function(
        "tradewind_sink_lag_records",
        "Durable records that a sink has still to take.",
        {{"stream", stream_.info().name}, {"sink", sink_->name()}},
        std::move(read)
    );
}

void SinkRunner::try_open() {
    std::lock_guard lock(step_mutex_);
    const auto opened = open_locked();
    if (!opened.ok()) note_failure(opened.error());
}

void SinkRunner::try_catch_up() {
    const auto caught_up = catch_up();
    if (!caught_up.ok()) note_failure(caught_up.error());
}

Result<void> SinkRunner::open_locked() {
    const Position held = TRY(sink_->open());
    // It holds what the log has lost: these numbers must not be given to other records.
    if (held > stream_.next()) TRY(stream_.raise_to(held));
    const Position first = stream_.info().first;
    if (held < first) tell_of_gap(held, first);
    // From its first commit on, the stream keeps what this sink has not read; one that lost its
    // position does not hold back retention where nothing is left.
    committed_ = std::max(sink_->durable(), first);
    TRY(stream_.commit(sink_->name(), committed_));
    must_open_ = false;
    std::lock_guard state(state_mutex_);
    applied_ = std::max(held, first);
    return {};
}

// A sink that stands where retention has been (its position was lost, say) would be stuck for ever.
void SinkRunner::tell_of_gap(Position held, Position first) {
    log::warn(
        "sink goes on behind records that are no longer retained",
        {{"stream", stream_.info().name},
         {"sink", name()},
         {"from_position", static_cast<long long>(held.value)},
         {"to_position", static_cast<long long>(first.value)}}
    );
}

void SinkRunner::start_thread() {
    thread_ = std::thread([this] { loop(); });
}

void SinkRunner::begin_stop(std::int64_t drain_timeout_us) {
    if (drain_timeout_us > 0) wait_applied(stream_.next(), drain_timeout_us);
    std::lock_guard lock(state_mutex_);
    stopping_ = true;
    changed_.notify_all();
}

void SinkRunner::stop() {
    begin_stop(0);
    if (!thread_.joinable()) return;
    thread_.join();
    // A clean stop leaves as little as possible to do again; a failure only means repeating it. A
    // sink that failed may hold half a batch, which its position knows nothing of.
    std::lock_guard lock(step_mutex_);
    if (must_open_) return;
    const auto settled = settle_locked(true);
    if (!settled.ok())
        log::warn(
            "sink did not settle at stop", {{"sink", name()}, {"error", settled.error().describe()}}
        );
}

void SinkRunner::loop() {
    std::int64_t delay_us = retry_delay_us_min;
    for (;;) {
        {
            std::unique_lock lock(state_mutex_);
            changed_.wait(lock, [&] { return stopping_ || !paused_; });
            if (stopping_) return;
        }
        const Position before = status().position;
        const auto took = step();
        if (!took.ok()) {
            note_failure(took.error());
            pause(delay_us);
            delay_us = std::min(delay_us * 2, retry_delay_us_max_);
            continue;
        }
        delay_us = retry_delay_us_min;
        if (!*took) {
            stream_.wait_for(status().position, idle_wait_us);
        } else {
            linger(status().position.value - before.value);
        }
    }
}

void SinkRunner::linger(std::int64_t taken) {
    const Gathering wanted = sink_->gathering();
    if (status().lag >= std::max(wanted.records, few_records)) return;
    pause(taken < busy_records ? short_linger_us : wanted.linger_us);
}

Result<bool> SinkRunner::step() {
    std::lock_guard lock(step_mutex_);
    if (must_open_) TRY(open_locked());
    auto took = step_locked();
    must_open_ = !took.ok();
    return took;
}

Result<bool> SinkRunner::step_locked() {
    Position at;
    {
        std::lock_guard state(state_mutex_);
        at = applied_;
    }
    const Batches batches = TRY(gather(at));
    if (!batches.empty()) {
        TRY(sink_->take_all(batches));
        for (const auto& batch : batches)
            delivered_.add(static_cast<std::int64_t>(batch->records().size()));
    }
    {
        std::lock_guard state(state_mutex_);
        if (!batches.empty()) applied_ = batches.back()->next();
        error_.clear();
        changed_.notify_all();
    }
    TRY(settle_locked(false));
    return !batches.empty();
}

Result<Batches> SinkRunner::gather(Position from) {
    const Position enough = from + sink_->gathering().records;
    Batches batches;
    do {
        auto batch = TRY(reader_.read(name(), from));
        if (batch->next() == from) break;
        from = batch->next();
        batches.push_back(std::move(batch));
    } while (from < enough);
    return batches;
}

Result<void> SinkRunner::settle_locked(bool force) {
    TRY(sink_->settle(force));
    // A sink may make durable what it takes while it takes it.
    if (sink_->durable() <= committed_) return {};
    TRY(stream_.commit(sink_->name(), sink_->durable()));
    committed_ = sink_->durable();
    return {};
}

Result<void> SinkRunner::catch_up() {
    std::lock_guard lock(step_mutex_);
    return catch_up_locked();
}

Result<void> SinkRunner::catch_up_locked() {
    const Position target = stream_.next();
    if (must_open_) TRY(open_locked());
    while (status().position < target) {
        const auto took = step_locked();
        must_open_ = !took.ok();
        if (!took.ok()) return took.error();
        if (!*took) break;
    }
    return {};
}

// Under one lock: between catching up and settling, a failed step of the thread would leave half a
// batch in the sink, which must not be settled.
Result<void> SinkRunner::flush() {
    std::lock_guard lock(step_mutex_);
    TRY(catch_up_locked());
    auto settled = settle_locked(true);
    if (!settled.ok()) must_open_ = true;
    return settled;
}

Result<void> SinkRunner::while_resting(const std::function<Result<void>()>& f) {
    std::lock_guard lock(step_mutex_);
    must_open_ = true;
    TRY(f());
    return open_locked();
}

void SinkRunner::note_failure(const Error& error) {
    retries_.add();
    std::lock_guard lock(state_mutex_);
    if (error_ != error.describe()) {
        log::warn(
            "sink is stuck and will be tried again", {{"sink", name()}, {"error", error.describe()}}
        );
    }
    error_ = error.describe();
}

void SinkRunner::pause(std::int64_t delay_us) {
    std::unique_lock lock(state_mutex_);
    changed_.wait_for(lock, std::chrono::microseconds(delay_us), [&] { return stopping_; });
}

SinkStatus SinkRunner::status() {
    const Position end = stream_.next();
    std::lock_guard lock(state_mutex_);
    return {
        name(), applied_, std::max<std::int64_t>(0, end.value - applied_.value), paused_, error_
    };
}

void SinkRunner::set_paused(bool paused) {
    std::lock_guard lock(state_mutex_);
    paused_ = paused;
    changed_.notify_all();
}

bool SinkRunner::wait_applied(Position position, std::int64_t timeout_us) {
    std::unique_lock lock(state_mutex_);
    changed_.wait_for(lock, std::chrono::microseconds(timeout_us), [&] {
        return stopping_ || paused_ || applied_ >= position;
    });
    return paused_ || applied_ >= position;
}

}  // namespace tradewind::deliver
