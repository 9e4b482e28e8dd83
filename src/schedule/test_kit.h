// What the tests of schedules share: a clock that a test moves, steps that a test watches, a
// scheduler over a database that may lose its power between any two writes.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "os/temporary_folder.h"
#include "schedule/schedule.h"

namespace tradewind::schedule {

// As os::ManualClock; workers read it while the test moves it.
class TestClock : public os::Clock {
public:
    explicit TestClock(const std::string& start) : now_(parse_iso(start).take().micros) {}
    Timestamp now() override { return {now_.load()}; }
    std::int64_t monotonic_us() override { return elapsed_us_.load(); }
    // Time goes by.
    void advance_us(std::int64_t micros) {
        now_ += micros;
        elapsed_us_ += micros;
    }
    // Somebody sets the clock.
    void set(const std::string& at) { now_ = parse_iso(at).take().micros; }

private:
    std::atomic<std::int64_t> now_;
    std::atomic<std::int64_t> elapsed_us_{0};
};

// Refuses all writes from the nth on, as if the machine were gone; what was committed stays.
class MortalDatabase : public os::Database {
public:
    MortalDatabase(os::Database& inner, std::int64_t writes) : inner_(inner), left_(writes) {}
    Result<std::vector<os::SqlRow>> run(
        std::string_view sql, const std::vector<os::SqlValue>& parameters
    ) override {
        const bool reads = sql.starts_with("SELECT") || sql.starts_with("CREATE");
        if (!reads && depth_ == 0) TRY(spend());
        return inner_.run(sql, parameters);
    }
    std::int64_t changes() override { return inner_.changes(); }
    Result<void> transaction(const std::function<Result<void>()>& f) override {
        return inner_.transaction([&]() -> Result<void> {
            ++depth_;
            auto done = f();
            if (--depth_ == 0 && done.ok()) done = spend();
            return done;
        });
    }
    Result<void> migrate(const std::vector<std::string_view>& scripts) override {
        return inner_.migrate(scripts);
    }
    Result<void> backup_to(const std::string& path) override { return inner_.backup_to(path); }
    bool dead() const { return left_ < 0; }

private:
    Result<void> spend() {
        if (--left_ >= 0) return {};
        left_ = -1;
        return Error(ErrorCode::Io, "the power is gone");
    }
    os::Database& inner_;
    std::atomic<std::int64_t> left_;
    std::atomic<int> depth_{0};  // only the thread in the transaction gets past inner_'s lock
};

// A step that does what the test says.
class TestStep : public StepKind {
public:
    using Deed = std::function<Result<StepResult>(const StepOrder&)>;
    TestStep(std::string name, Deed deed, std::vector<std::string> effects)
        : name_(std::move(name)), deed_(std::move(deed)), effects_(std::move(effects)) {}
    std::string name() const override { return name_; }
    Result<void> check(const std::string&, const yaml::Node&) const override { return {}; }
    std::vector<std::string> effects(const std::string&, const yaml::Node&) const override {
        return effects_;
    }
    Result<StepResult> carry_out(const StepOrder& order) override { return deed_(order); }

private:
    const std::string name_;
    const Deed deed_;
    const std::vector<std::string> effects_;
};

inline constexpr std::int64_t second_us = 1'000'000;
inline constexpr std::int64_t minute_us = 60 * second_us;
inline constexpr std::int64_t hour_us = 60 * minute_us;

class SchedulerTest : public testing::Test {
protected:
    SchedulerTest() {
        std::filesystem::create_directories(folder_.path("landing"));
        database_ = os::Database::open(folder_.path("meta.sqlite")).take();
        for (const char* name : {"run", "crawl", "check", "import"}) add_step(name);
    }
    ~SchedulerTest() override { scheduler_.reset(); }

    // Steps note what they were asked for, and do what `deeds_` says.
    void add_step(const std::string& name, std::vector<std::string> effects = {}) {
        std::erase_if(kinds_, [&](const auto& kind) { return kind->name() == name; });
        kinds_.push_back(std::make_shared<TestStep>(
            name,
            [this, name](const StepOrder& order) -> Result<StepResult> {
                {
                    const std::lock_guard lock(mutex_);
                    done_.push_back(order.trigger.name + "." + name);
                    params_.push_back(order.params);
                }
                const auto deed = deeds_.find(name);
                return deed == deeds_.end() ? StepResult{} : deed->second(order);
            },
            std::move(effects)
        ));
    }

    static package::Package package(const std::string& manifest) {
        package::Package one;
        one.name = "shop";
        auto document = yaml::parse(manifest, "/w/packages/shop/package.yml");
        EXPECT_TRUE(document.ok()) << document.error().describe();
        one.manifest = std::move(document).take();
        return one;
    }
    std::string fault(const std::string& manifest) {
        const auto read = read_triggers(package(manifest), kinds_);
        if (!read.ok()) return read.error().describe();
        const auto circles = check_circles(*read, kinds_);
        return circles.ok() ? "" : circles.error().describe();
    }

    void open(const std::string& manifest, os::Database* database = nullptr) {
        scheduler_.reset();
        auto triggers = read_triggers(package(manifest), kinds_);
        ASSERT_TRUE(triggers.ok()) << triggers.error().describe();
        SchedulerParts parts;
        parts.triggers = std::move(triggers).take();
        parts.kinds = kinds_;
        parts.database = database == nullptr ? database_.get() : database;
        parts.files = files_.get();
        parts.clock = &clock_;
        parts.metrics = &metrics_;
        parts.tell = [this](const Notice& notice) -> Result<void> {
            const std::lock_guard lock(mutex_);
            if (keys_.insert(notice.key).second) notices_.push_back(notice);
            return {};
        };
        parts.table_version = [this](const std::string& table) -> Result<std::int64_t> {
            return versions_[table];
        };
        parts.runs_after = [this](std::int64_t after) -> Result<std::vector<RunFact>> {
            std::vector<RunFact> facts;
            for (const RunFact& run : runs_) {
                if (run.id > after) facts.push_back(run);
            }
            return facts;
        };
        parts.holds = [this](const std::string& sql) -> Result<bool> { return holds_(sql); };
        options_.landing_folder = folder_.path("landing");
        options_.own_thread = false;
        auto scheduler = open_scheduler(options_, std::move(parts));
        ASSERT_TRUE(scheduler.ok()) << scheduler.error().describe();
        scheduler_ = std::move(scheduler).take();
        const auto started = scheduler_->start();
        started_ = started.ok();
        ASSERT_TRUE(started_ || database != nullptr);
    }

    // Whatever can go on now goes on, until nothing does without time.
    void tick() {
        for (int i = 0; i < 3; ++i) {
            scheduler_->tick();
            ASSERT_TRUE(scheduler_->settle(minute_us));
        }
    }
    // Time goes by in pieces of that length, with a tick after each.
    void pass(std::int64_t micros, std::int64_t piece_us = minute_us) {
        for (std::int64_t gone = 0; gone < micros; gone += piece_us) {
            clock_.advance_us(std::min(piece_us, micros - gone));
            tick();
        }
    }
    void pass_until(const std::string& at, std::int64_t piece_us = minute_us) {
        pass(parse_iso(at).take().micros - clock_.now().micros, piece_us);
    }

    std::vector<Job> jobs(const std::string& name) {
        auto all = scheduler_->jobs("shop", name, 1000);
        EXPECT_TRUE(all.ok());
        return all.ok() ? *all : std::vector<Job>();
    }
    // Due times of its jobs, oldest first.
    std::vector<std::string> due(const std::string& name) {
        std::vector<std::string> times;
        for (const Job& job : jobs(name)) times.insert(times.begin(), format_iso(job.due_at));
        return times;
    }
    std::vector<std::string> states(const std::string& name) {
        std::vector<std::string> all;
        for (const Job& job : jobs(name)) all.insert(all.begin(), to_string(job.state));
        return all;
    }
    std::vector<std::string> done() {
        const std::lock_guard lock(mutex_);
        return done_;
    }
    // Kinds of what was told, in order.
    std::vector<std::string> told() {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> kinds;
        for (const Notice& notice : notices_) kinds.push_back(notice.kind);
        return kinds;
    }
    void write(const std::string& name, const std::string& bytes) {
        const std::string path = folder_.path("landing/" + name);
        std::filesystem::create_directories(os::parent_folder(path));
        const auto written = os::write_file_atomic(*files_, path, bytes);
        EXPECT_TRUE(written.ok());
    }

    os::TemporaryFolder folder_;
    const std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    TestClock clock_{"2026-07-01T00:00:00"};
    MetricsRegistry metrics_;
    std::unique_ptr<os::Database> database_;
    SchedulerOptions options_;
    StepKinds kinds_;
    std::map<std::string, TestStep::Deed> deeds_;
    std::map<std::string, std::int64_t> versions_;
    std::vector<RunFact> runs_;
    std::function<Result<bool>(const std::string&)> holds_ = [](const std::string&) {
        return true;
    };
    std::mutex mutex_;  // what steps and notices write
    std::vector<std::string> done_;
    std::vector<std::map<std::string, std::string>> params_;
    std::vector<Notice> notices_;
    std::set<std::string> keys_;
    bool started_ = false;
    std::unique_ptr<Scheduler> scheduler_;
};

}  // namespace tradewind::schedule
