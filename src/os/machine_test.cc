// Clock, chance and process: the small seams to the machine.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <map>
#include <set>
#include <thread>

#include "os/clock.h"
#include "os/filesystem.h"
#include "os/process.h"
#include "os/random.h"

namespace tradewind::os {
namespace {

// The generator's first numbers are frozen: seeds of old failures must replay for ever.
TEST(Random, IsFrozen) {
    Random random(42);
    EXPECT_EQ(random.next(), 0x15780b2e0c2ec716u);
    EXPECT_EQ(random.next(), 0x6104d9866d113a7eu);
    EXPECT_EQ(Random(0).next(), 0x99ec5f36cb75f2b4u);
}

// Draws stay below their bound and reach every value about equally often.
TEST(Random, Below) {
    Random random(1);
    std::map<std::uint64_t, int> seen;
    for (int i = 0; i < 70'000; ++i) ++seen[random.below(7)];
    ASSERT_EQ(seen.size(), 7u);
    for (const auto& [value, count] : seen) EXPECT_NEAR(count, 10'000, 500) << value;
    for (int i = 0; i < 100; ++i) EXPECT_EQ(random.below(1), 0u);
    for (int i = 0; i < 1000; ++i) EXPECT_LT(random.below(UINT64_MAX), UINT64_MAX);
    EXPECT_DEATH(random.below(0), "bound");
}

// Chances of nought and one are certain; a half is a half.
TEST(Random, Chance) {
    Random random(2);
    int heads = 0;
    for (int i = 0; i < 10'000; ++i) {
        EXPECT_FALSE(random.chance(0));
        EXPECT_TRUE(random.chance(1));
        heads += random.chance(0.5) ? 1 : 0;
    }
    EXPECT_NEAR(heads, 5000, 250);
}

// Ids are 32 hex digits and never the same twice.
TEST(Random, Ids) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = random_id();
        EXPECT_EQ(id.size(), 32u);
        EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
        seen.insert(id);
    }
    EXPECT_EQ(seen.size(), 1000u);
    EXPECT_NE(random_seed(), random_seed());
}

// The machine's clock is in this century, and the monotonic one never goes back.
TEST(Clock, System) {
    const auto clock = make_system_clock();
    EXPECT_GT(clock->now().micros, 1'600'000'000'000'000);
    std::int64_t last = clock->monotonic_us();
    for (int i = 0; i < 1000; ++i) {
        const std::int64_t now = clock->monotonic_us();
        EXPECT_GE(now, last);
        last = now;
    }
}

// A manual clock moves when told to, both ways of telling time together.
TEST(Clock, Manual) {
    ManualClock clock(Timestamp{100});
    clock.advance_us(50);
    EXPECT_EQ(clock.now(), Timestamp{150});
    EXPECT_EQ(clock.monotonic_us(), 50);
}

// The process's figures are plausible and agree with each other.
TEST(Process, Figures) {
    EXPECT_EQ(process_id(), getpid());
    EXPECT_GT(resident_bytes(), 1u << 20);
    EXPECT_GE(resident_bytes_peak(), resident_bytes() / 2);
    EXPECT_GT(memory_bytes_total(), resident_bytes());
    EXPECT_GE(cpu_count(), 1);
    EXPECT_LE(cpu_count(), 4096);
    EXPECT_GE(cpu_seconds(), 0);
    const auto files = make_posix_filesystem();
    EXPECT_TRUE(files->exists(join(executable_folder(), "tw_os_test")));
}

// A stop signal waits until somebody asks for it, and wakes who waits, from any thread.
TEST(ProcessDeathTest, StopSignals) {
    EXPECT_EXIT(
        {
            block_stop_signals();
            if (poll_stop_signal() != 0) _exit(1);
            ::kill(getpid(), SIGINT);
            if (poll_stop_signal() != SIGINT || poll_stop_signal() != SIGINT) _exit(2);
            if (wait_for_stop_signal() != SIGINT || poll_stop_signal() != 0) _exit(3);
            std::thread other([] { raise_stop_signal(); });
            const int signal = wait_for_stop_signal();
            other.join();
            _exit(signal == SIGTERM ? 0 : 4);
        },
        testing::ExitedWithCode(0),
        ""
    );
}

}  // namespace
}  // namespace tradewind::os
