// Writers, readers and the sweep at the same time, on the real file system.
#include <atomic>
#include <thread>

#include "lake/test_kit.h"

namespace tradewind::lake {

namespace {

using namespace testing;

class FixedClock : public os::Clock {
public:
    // Jumps a day at every look, so that retention always has something to do.
    Timestamp now() override { return Timestamp{start_of_tests.micros + day_us * ++looks_}; }
    std::int64_t monotonic_us() override { return looks_; }

private:
    std::atomic<std::int64_t> looks_{0};
};

TEST(LakeThreads, CommitsReadsAndSweepsTogether) {
    // Proves that with three writers on one dataset, one on another, a reader that opens every file
    // of what it pinned, and a sweep that removes all it may, no commit is lost and no pinned file
    // is missing.
    quiet();
    TemporaryFolder folder;
    const auto files = os::make_posix_filesystem();
    FixedClock clock;
    LakeOptions options;
    options.root = folder.path() + "/lake";
    options.quarantine_folder = folder.path() + "/quarantine";
    options.full_version_every = 4;
    options.versions_kept_min = 1;
    options.version_retention_us = 1;
    const auto lake = MUST(open_lake(options, *files, clock));

    constexpr int rounds = 12;
    std::atomic<int> writers_left{4};
    const auto write = [&](const std::string& dataset, int writer) {
        std::string last;
        for (int i = 0; i < rounds; ++i) {
            const std::string path =
                dataset + "/" + std::to_string(writer) + "-" + std::to_string(i);
            Commit commit = adding({put(*lake, path, path)});
            if (!last.empty()) commit.remove = {last};
            commit.positions[std::to_string(writer)] = Position(i + 1);
            MUST(lake->commit(dataset, commit, std::nullopt));
            last = path;
        }
        --writers_left;
    };
    std::vector<std::thread> threads;
    for (int writer = 0; writer < 3; ++writer) threads.emplace_back(write, "t", writer);
    threads.emplace_back(write, "u", 3);
    threads.emplace_back([&] {
        while (writers_left > 0) MUST(lake->sweep());
    });
    threads.emplace_back([&] {
        while (writers_left > 0) {
            const auto pin = MUST(lake->pin("t"));
            for (const DataFile& file : pin->version().files) {
                EXPECT_EQ(MUST(os::read_file(*files, lake->absolute(file.path), 1000)), file.path);
            }
        }
    });
    for (std::thread& thread : threads) thread.join();

    EXPECT_EQ(MUST(lake->current("t")).number, 3 * rounds);
    EXPECT_EQ(MUST(lake->current("u")).number, rounds);
    EXPECT_EQ(MUST(lake->current("t")).files.size(), 3u);
    for (const auto& [writer, position] : MUST(lake->current("t")).positions)
        EXPECT_EQ(position, Position(rounds));
    EXPECT_TRUE(lake->verify(false).ok());
    MUST(lake->sweep());
    std::size_t data_files = 0;
    for (const std::string& path : MUST(os::list_tree(*files, options.root))) {
        data_files += path.find("_versions/") == std::string::npos ? 1 : 0;
    }
    EXPECT_EQ(data_files, 4u);
}

TEST(LakeThreads, ExpectedVersionsDecideBetweenWriters) {
    // Proves that of writers who all saw the same version exactly one gets through, each round.
    quiet();
    TemporaryFolder folder;
    const auto files = os::make_posix_filesystem();
    FixedClock clock;
    LakeOptions options;
    options.root = folder.path() + "/lake";
    options.quarantine_folder = folder.path() + "/quarantine";
    const auto lake = MUST(open_lake(options, *files, clock));
    std::atomic<int> won{0};
    std::atomic<int> lost{0};
    std::vector<std::thread> threads;
    for (int writer = 0; writer < 4; ++writer) {
        threads.emplace_back([&] {
            for (int i = 0; i < 10; ++i) {
                const auto committed = lake->commit("t", {}, MUST(lake->current("t")).number);
                if (committed.ok())
                    ++won;
                else if (committed.error().code() == ErrorCode::Conflict)
                    ++lost;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(won + lost, 40);
    EXPECT_EQ(MUST(lake->current("t")).number, won.load());
    EXPECT_GE(won, 10);
}

}  // namespace

}  // namespace tradewind::lake
