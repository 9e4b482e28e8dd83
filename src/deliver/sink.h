// What a sink of the stream is, and the loop that feeds one.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/metrics.h"
#include "base/result.h"
#include "deliver/batch.h"
#include "deliver/deliver.h"
#include "os/clock.h"

namespace tradewind::deliver {

using Batches = std::vector<std::shared_ptr<const Batch>>;

// For a sink that takes many records at less cost than a few: while its stream is busy it waits for
// so many, at most so long, and takes them at once.
struct Gathering {
    std::int64_t records = 1;
    std::int64_t linger_us = 25'000;
};

// One destination. Calls come one at a time.
class Sink {
public:
    virtual ~Sink() = default;
    virtual const std::string& name() const = 0;
    // Where to go on: at first the position it committed with its data. Called before the first
    // take, and again after every failure: what was taken since the position it returns is taken
    // again.
    virtual Result<Position> open() = 0;
    virtual Result<void> take(const Batch& batch) = 0;
    // Batches that follow each other; at least one.
    virtual Result<void> take_all(const Batches& batches) {
        for (const auto& batch : batches) TRY(take(*batch));
        return {};
    }
    virtual Gathering gathering() const { return {}; }
    // Makes what it took durable, with the position, when it is time (`force`: now).
    virtual Result<void> settle(bool force) = 0;
    // Everything below is durable in the sink itself.
    virtual Position durable() const = 0;
};

// Feeds one sink from the stream: a thread of its own that reads, takes, settles, and retries what
// fails, for ever, with growing delay; other sinks never wait for it.
class SinkRunner {
public:
    SinkRunner(
        std::unique_ptr<Sink> sink,
        stream::Stream& stream,
        BatchReader& reader,
        std::int64_t retry_delay_us_max,
        MetricsRegistry& metrics
    );
    ~SinkRunner();

    const std::string& name() const { return sink_->name(); }
    // At the start. What fails is noted, and tried again with the next step.
    void try_open();
    void try_catch_up();
    void start_thread();
    // Waits until what is durable now is taken, or the time is up; then no more is taken.
    void begin_stop(std::int64_t drain_timeout_us);
    // Ends the thread and settles.
    void stop();

    // One batch. False: nothing was there to take. Any thread.
    Result<bool> step();
    // Takes all that is durable at the time of the call.
    Result<void> catch_up();
    // catch_up, then settle(force).
    Result<void> flush();
    // Runs f while the sink rests; then it goes on from what open() says.
    Result<void> while_resting(const std::function<Result<void>()>& f);

    SinkStatus status();
    void set_paused(bool paused);
    bool wait_applied(Position position, std::int64_t timeout_us);

private:
    void loop();
    Result<bool> step_locked();
    Result<Batches> gather(Position from);
    void linger(std::int64_t taken);
    Result<void> open_locked();
    void tell_of_gap(Position held, Position first);
    Result<void> catch_up_locked();
    Result<void> settle_locked(bool force);
    void note_failure(const Error& error);
    void pause(std::int64_t delay_us);

    void show_lag(std::function<double()> read);

    std::unique_ptr<Sink> sink_;
    stream::Stream& stream_;
    BatchReader& reader_;
    const std::int64_t retry_delay_us_max_;
    MetricsRegistry& metrics_;
    Counter& delivered_;
    Counter& retries_;

    std::mutex step_mutex_;   // the sink's own calls
    std::mutex state_mutex_;  // what others look at
    std::condition_variable changed_;
    Position applied_;
    bool paused_ = false;
    bool stopping_ = false;
    bool must_open_ = true;  // guarded by step_mutex_
    Position committed_;     // to the stream; guarded by step_mutex_
    std::string error_;
    std::thread thread_;
};

}  // namespace tradewind::deliver
