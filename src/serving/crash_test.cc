// Exactly once where things break off: a killed process, a failing write, a full disk.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "os/clock.h"
#include "os/random.h"
#include "serving/stored_serving.h"
#include "serving/test_support.h"

namespace tradewind::serving {
namespace {

const std::string source = "online_retail";

std::vector<std::shared_ptr<const TableSpec>> shipped() {
    return {shipped_table("invoices"), shipped_table("customers")};
}

// Does not compress, so that little of it fills a disk.
std::string noise(os::Random& random, std::size_t size) {
    std::string out;
    while (out.size() < size) out.push_back(static_cast<char>(' ' + random.below(95)));
    return out;
}

// Batch number `i` is the same in every process.
RowBatch batch(std::int64_t i, OriginId origin = stream_origin) {
    os::Random random(static_cast<std::uint64_t>(i));
    std::vector<Line> lines;
    for (int n = 0; n < 50; ++n) {
        Line line{std::to_string(random.below(200)), "code"};
        line.quantity = static_cast<std::int64_t>(random.below(10));
        line.customer_id = std::to_string(random.below(20));
        line.description = noise(random, 200);
        lines.push_back(std::move(line));
    }
    return make_lines(lines, origin, i * 50);
}

std::string read_all(Serving& serving) {
    std::string out;
    for (const char* table : {"invoices", "customers"}) {
        MUST(serving.scan(table, [&](std::string_view row) {
            out += std::string(row) + "\n";
            return true;
        }));
    }
    return out;
}

std::string expected_after(std::int64_t batches) {
    const auto reference = make_reference_serving(shipped());
    for (std::int64_t i = 1; i <= batches; ++i)
        MUST(reference->apply(source, batch(i), {"sink", i}, false));
    return read_all(*reference);
}

std::unique_ptr<Serving> open_small(const std::string& folder, MetricsRegistry& metrics) {
    ServingOptions options;
    options.folder = folder;
    options.memtable_bytes = 512u << 10;
    return MUST(open_serving(options, shipped(), metrics));
}

// Goes on where the store's cursor stands, as delivery does, and reports each batch, until it is
// killed.
[[noreturn]] void apply_until_killed(const std::string& folder, int report) {
    MetricsRegistry metrics;
    const auto serving = open_small(folder, metrics);
    std::int64_t i = serving->cursor("sink").value().value_or(0);
    while (true) {
        ++i;
        MUST(serving->apply(source, batch(i), {"sink", i}, i % 50 == 0));
        CHECK(write(report, ".", 1) == 1);
    }
}

// Killed at any moment, ten times, the store has whole batches only and goes on without loss or
// doubling.
TEST(Crash, KilledProcessLosesAndDoublesNothing) {
    const TemporaryFolder folder;
    os::Random random(3);
    for (int round = 0; round < 10; ++round) {
        int pipe_ends[2];
        ASSERT_EQ(pipe(pipe_ends), 0);
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) apply_until_killed(folder.file("serving"), pipe_ends[1]);
        close(pipe_ends[1]);
        char byte = 0;
        for (auto left = 1 + random.below(60); left > 0; --left)
            ASSERT_EQ(read(pipe_ends[0], &byte, 1), 1);
        ASSERT_EQ(kill(child, SIGKILL), 0);
        ASSERT_EQ(waitpid(child, nullptr, 0), child);
        close(pipe_ends[0]);
    }
    MetricsRegistry metrics;
    const auto serving = open_small(folder.file("serving"), metrics);
    const std::int64_t reached = serving->cursor("sink").value().value();
    EXPECT_GT(reached, 10);
    EXPECT_EQ(read_all(*serving), expected_after(reached));
}

// A store whose n-th write fails, before or after it was done: what a caller cannot tell apart.
class FailingStore : public Store {
public:
    FailingStore(std::unique_ptr<Store> below, int fails_at, bool after)
        : below_(std::move(below)), left_(fails_at), after_(after) {}

    std::unique_ptr<StoreBatch> new_batch() override { return below_->new_batch(); }
    Result<void> write(std::unique_ptr<StoreBatch> changes, bool durable) override {
        const bool fails = --left_ == 0;
        if (!fails || after_) TRY(below_->write(std::move(changes), durable));
        if (fails) return Error(ErrorCode::Io, "made to fail");
        return {};
    }
    Result<bool> read(std::string_view key, const std::function<void(std::string_view)>& use)
        override {
        return below_->read(key, use);
    }
    Result<void> scan(
        std::string_view prefix,
        const std::function<bool(std::string_view, std::string_view)>& visit
    ) override {
        return below_->scan(prefix, visit);
    }
    Result<void> sync() override { return below_->sync(); }
    Result<void> checkpoint(const std::string& folder) override {
        return below_->checkpoint(folder);
    }
    Result<void> verify() override { return below_->verify(); }
    Result<void> start_over(const std::string& aside) override { return below_->start_over(aside); }

private:
    std::unique_ptr<Store> below_;
    int left_;
    bool after_;
};

std::unique_ptr<Serving> open_failing(const std::string& folder, int fails_at, bool after) {
    static MetricsRegistry metrics;
    ServingOptions options;
    options.folder = folder;
    auto below = MUST(open_rocksdb_store(options, metrics));
    auto failing = std::make_unique<FailingStore>(std::move(below), fails_at, after);
    return MUST(StoredServing::open(std::move(failing), shipped(), "", metrics));
}

// Repeating a failed apply counts its rows once, whether or not the failed write had reached the
// store.
TEST(Crash, RepeatedApplyCountsOnce) {
    for (const bool after : {false, true}) {
        const TemporaryFolder folder;
        { const auto prepared = open_failing(folder.file("serving"), 0, false); }
        const auto serving = open_failing(folder.file("serving"), 2, after);
        ASSERT_TRUE(serving->apply(source, batch(1), {"sink", 1}, false).ok());
        EXPECT_FALSE(serving->apply(source, batch(2), {"sink", 2}, false).ok());
        ASSERT_TRUE(serving->apply(source, batch(2), {"sink", 2}, false).ok());
        EXPECT_EQ(read_all(*serving), expected_after(2));
    }
}

// Taking out an import that broke off at any of its writes is completed by asking again.
TEST(Crash, BrokenOffDropIsCompletedByRepeating) {
    // 2,500 invoices: three writes for each of the two tables.
    std::vector<Line> lines;
    for (int i = 0; i < 2500; ++i)
        lines.push_back({std::to_string(i), "code", std::nullopt, 1, "2010-12-01", 1, "A"});
    const RowBatch import = make_lines(lines, OriginId(4), 1);
    const std::string expected = expected_after(3);
    for (int fails_at = 1; fails_at <= 6; ++fails_at) {
        const TemporaryFolder folder;
        {
            const auto serving = open_failing(folder.file("serving"), 0, false);
            for (std::int64_t i = 1; i <= 3; ++i)
                MUST(serving->apply(source, batch(i), {"sink", i}, false));
            MUST(serving->apply(source, import, {"import/4", 2500}, false));
        }
        {
            const auto serving = open_failing(folder.file("serving"), fails_at, fails_at % 2 == 0);
            EXPECT_FALSE(serving->drop_origin(source, OriginId(4)).ok());
        }
        const auto serving = open_failing(folder.file("serving"), 0, false);
        ASSERT_TRUE(serving->drop_origin(source, OriginId(4)).ok());
        EXPECT_EQ(read_all(*serving), expected);
    }
}

// A small file system that goes with the test.
class SmallDisk {
public:
    explicit SmallDisk(const std::string& folder) : folder_(folder) {
        MUST(os::make_posix_filesystem()->create_folders(folder));
        mounted_ = mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=4m") == 0;
    }
    ~SmallDisk() {
        if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool mounted() const { return mounted_; }

private:
    std::string folder_;
    bool mounted_ = false;
};

// Until it has found the room again the store may refuse with one of these.
Result<void> apply_once_it_recovers(Serving& serving, std::int64_t i) {
    constexpr std::int64_t patience_us = 60'000'000;
    const auto clock = os::make_system_clock();
    const std::int64_t give_up_us = clock->monotonic_us() + patience_us;
    while (true) {
        auto applied = serving.apply(source, batch(i), {"sink", i}, true);
        const bool may_pass =
            !applied.ok() && (applied.error().code() == ErrorCode::Unavailable ||
                              applied.error().code() == ErrorCode::ResourceExhausted);
        if (!may_pass || clock->monotonic_us() > give_up_us) return applied;
        std::this_thread::yield();
    }
}

// On a full disk apply says so and changes nothing that counts; with room again the same call
// succeeds without a restart, and nothing was lost or doubled.
TEST(Crash, FullDiskIsSurvived) {
    const TemporaryFolder folder;
    const SmallDisk disk(folder.file("disk"));
    if (!disk.mounted()) GTEST_SKIP() << "mounting a small file system needs root";
    const auto files = os::make_posix_filesystem();
    const std::string ballast = folder.file("disk/ballast");
    MUST(MUST(files->open(ballast, os::OpenMode::CreateNew))->preallocate(2u << 20));
    MetricsRegistry metrics;
    const auto serving = open_small(folder.file("disk/serving"), metrics);
    std::int64_t failing = 0;
    Result<void> applied;
    while (applied.ok() && failing < 10'000) {
        ++failing;
        applied = serving->apply(source, batch(failing), {"sink", failing}, false);
    }
    ASSERT_FALSE(applied.ok());
    EXPECT_EQ(applied.error().code(), ErrorCode::ResourceExhausted) << applied.error().describe();
    EXPECT_EQ(serving->cursor("sink").value(), failing - 1);
    EXPECT_TRUE(serving->get({"invoices", "1"}).ok()) << "what is there goes on being read";
    MUST(files->remove(ballast));
    applied = apply_once_it_recovers(*serving, failing);
    ASSERT_TRUE(applied.ok()) << applied.error().describe();
    EXPECT_EQ(read_all(*serving), expected_after(failing));
}

}  // namespace
}  // namespace tradewind::serving
