// The scheduler: one lock over all that is decided, one thread that decides, few that carry out.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "schedule/lane.h"
#include "schedule/records.h"
#include "schedule/schedule.h"

namespace tradewind::schedule {

class OpenScheduler : public Scheduler {
public:
    OpenScheduler(SchedulerOptions options, SchedulerParts parts, std::unique_ptr<Records> records);
    ~OpenScheduler() override { stop(); }

    Result<void> start() override;
    void stop() override;
    void tick() override;
    bool settle(std::int64_t timeout_us) override;

    Result<std::vector<TriggerStatus>> list() override;
    Result<TriggerStatus> status(const std::string& package, const std::string& name) override;
    Result<std::vector<Job>> jobs(
        const std::string& package, const std::string& name, std::int64_t limit
    ) override;
    Result<Job> job(std::int64_t id) override;
    Result<Job> wait(std::int64_t id, std::int64_t timeout_us) override;
    Result<Job> ask(const StartRequest& request) override;
    Result<Job> call(const StartRequest& request) override;
    Result<TriggerStatus> pause(const std::string& package, const std::string& name) override;
    Result<TriggerStatus> resume(const std::string& package, const std::string& name) override;
    Result<Job> cancel(std::int64_t id) override;

private:
    using Lock = std::unique_lock<std::mutex>;
    using Shared = std::shared_ptr<JobUnderWay>;
    struct Task {
        Lane* lane = nullptr;
        Examination examination;
    };
    // A job to be recorded, with what its lane remembers then.
    struct Fresh {
        Lane* lane = nullptr;
        Job job;
        Memory memory;
        std::optional<DateRecord> date;
        bool added = false;
    };

    // opening (open_scheduler.cc)
    Result<void> make_lanes();
    Result<void> take_up_jobs();
    Result<void> take_up(Job job);
    Result<void> give_up(Job job, const std::string& why);

    // deciding, under the lock (deciding.cc)
    void loop();
    void decide(Instant now);
    void decide_time(Lane& lane, Instant now, std::vector<Fresh>& fresh);
    void decide_files(Lane& lane, Instant now, std::vector<Fresh>& fresh);
    void decide_fact(Lane& lane, Instant now, std::vector<Fresh>& fresh);
    static void note_trouble(Lane& lane, const Error& error);
    void decide_lane(Lane& lane, Instant now, std::vector<Fresh>& fresh);
    Result<void> record(std::vector<Fresh>& fresh);
    Result<void> record_one(Fresh& one);
    void enqueue(Lane& lane, Job job);
    void hand_over(Instant now);
    std::string held_back(const Lane& lane) const;
    void stop_late_jobs(Instant now);
    Instant now() const { return {parts_.clock->now(), parts_.clock->monotonic_us()}; }

    // telling, without the lock (telling.cc)
    void tell_all();
    Result<void> tell_job(const Job& job);
    Result<void> tell_date(const TriggerKey& key, const DateRecord& date);

    // carrying out, on the workers' threads (carrying_out.cc)
    void work();
    void examine_files();
    void carry_out(const Shared& one);
    bool carry_out_step(const Shared& one, Job& job, std::size_t place);
    bool is_over_before(const Shared& one, Job& job, std::size_t place);
    StepOrder order_for(const Shared& one, const Job& job, std::size_t place);
    bool conclude(const Shared& one, Job& job, std::size_t place, Result<StepResult> outcome);
    void end(const Shared& one, Job job);
    bool durable(const std::function<Result<void>()>& write);
    void publish(const Shared& one, const Job& job);
    void show(const Job& job) const {
        if (parts_.on_job) parts_.on_job(job);
    }

    Result<Lane*> find(const std::string& package, const std::string& name);
    TriggerStatus status_of(const Lane& lane, std::optional<Job> last);
    std::vector<Timestamp> next_of(const Lane& lane) const;
    Result<std::optional<Job>> newest(const Lane& lane);
    Result<Job> add_asked(Lane& lane, Firing firing, std::optional<DateRecord> date);
    Result<Job> ask_for_set(Lane& lane, const StartRequest& request);
    std::optional<JobState> job_of_date(const Lane& lane, const DateRecord& date);
    Result<TriggerStatus> set_paused(const TriggerKey& key, bool paused);
    Shared find_job(std::int64_t id) const;

    const SchedulerOptions options_;
    const SchedulerParts parts_;
    const std::unique_ptr<Records> records_;
    std::map<TriggerKey, std::unique_ptr<Lane>> lanes_;
    std::vector<Lane*> order_;  // those that are waited for come first

    std::mutex ticking_;               // one tick at a time
    std::mutex mutex_;                 // all below, and the lanes
    std::condition_variable wake_;     // the deciding thread
    std::condition_variable work_;     // the workers
    std::condition_variable changed_;  // those who wait for jobs, and settle()
    bool woken_ = false;
    std::string untold_why_;    // why notices cannot be told; logged once
    std::string trouble_;       // why nothing can be recorded; told once
    std::deque<Shared> ready_;  // handed over, not begun
    std::deque<Task> tasks_;
    int busy_ = 0;  // workers that can go on by themselves
    std::int64_t ticks_ = 0;
    bool news_ = true;  // something may have to be told
    std::shared_ptr<std::atomic<bool>> leaving_ = std::make_shared<std::atomic<bool>>(false);
    std::vector<std::thread> threads_;
    Counter& succeeded_;
    Counter& failed_;
};

}  // namespace tradewind::schedule
