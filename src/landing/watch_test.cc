// The thread and the machine's events, over a real folder.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

#include "landing/test_kit.h"

namespace tradewind::landing {
namespace {

class WaitingImporter final : public importer::Importer {
public:
    Result<void> start() override { return {}; }
    void stop() override {}
    Result<std::vector<importer::Import>> submit(
        const std::vector<importer::ImportRequest>& requests
    ) override {
        std::lock_guard lock(mutex_);
        for (const auto& request : requests) names_.insert(request.identity);
        came_.notify_all();
        return std::vector<importer::Import>();
    }
    Result<importer::Import> show(std::int64_t) override { return importer::Import(); }
    Result<std::vector<importer::Import>> list(const std::optional<std::string>&, std::int64_t)
        override {
        return std::vector<importer::Import>();
    }
    Result<void> cancel(std::int64_t) override { return {}; }
    Result<importer::Import> wait(std::int64_t, std::int64_t) override {
        return importer::Import();
    }
    Result<std::vector<importer::Import>> resume() override {
        return std::vector<importer::Import>();
    }

    bool wait_for(const std::string& name) {
        std::unique_lock lock(mutex_);
        return came_.wait_for(lock, std::chrono::seconds(60), [&] {
            return names_.contains(name);
        });
    }
    std::size_t count() {
        std::lock_guard lock(mutex_);
        return names_.size();
    }

private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::set<std::string> names_;
};

// Files that are there, that come, that are moved in, and that come in new folders all arrive; one
// that is open does when it is closed. The scan would take an hour.
TEST(Watch, HandsOverWhatComes) {
    const testing_support::TwoSources two;
    const testing_support::LandingFolder landing;
    landing.write("shop/before.csv", "id\n1\n");
    WaitingImporter importer;
    MetricsRegistry metrics;
    const auto database = MUST(os::Database::open(landing.outside("meta.sqlite")));
    const auto files = os::make_posix_filesystem();
    const auto clock = os::make_system_clock();
    LandingOptions options;
    options.folder = landing.path();
    options.scan_interval_us = 3'600'000'000;
    options.settle_us = 20'000;
    options.quiet_us = 100'000;
    options.retry_us = 20'000;
    const auto watch = MUST(open_landing_watch(
        options, {&importer, two.sources(), database.get(), files.get(), clock.get(), &metrics}
    ));
    MUST(watch->start());
    EXPECT_TRUE(importer.wait_for("shop/before.csv"));  // so the folder is watched

    std::ofstream open(landing.path("shop/open.csv"));
    open << "id\n1\n" << std::flush;
    landing.write("shop/plain.csv", "id\n1\n");
    const std::string made = landing.outside("made.csv");
    std::ofstream(made) << "id\n1\n";
    std::filesystem::rename(made, landing.path("shop/moved.csv"));
    landing.write("store/a/b/c/deep.csv", "id\n1\n");
    EXPECT_TRUE(importer.wait_for("shop/plain.csv"));
    EXPECT_TRUE(importer.wait_for("shop/moved.csv"));
    EXPECT_TRUE(importer.wait_for("store/a/b/c/deep.csv"));
    EXPECT_EQ(importer.count(), 4U);
    open << "2\n";
    open.close();
    EXPECT_TRUE(importer.wait_for("shop/open.csv"));
    watch->stop();
}

}  // namespace
}  // namespace tradewind::landing
