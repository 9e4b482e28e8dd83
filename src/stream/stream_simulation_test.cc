// The stream under a machine that loses its power anywhere, fails syncs and turns bytes over.
// TRADEWIND_SEEDS says how many lives are tried, TRADEWIND_SEED runs one of them again.
#include "stream/stream_simulation.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

#include "base/log.h"
#include "base/text.h"

namespace tradewind::stream {
namespace {

constexpr std::int64_t seeds_default = 300;
// What a missing guard costs is found in far fewer.
constexpr std::uint64_t seeds_without_guard = 500;

std::optional<std::int64_t> number_from_environment(const char* name) {
    const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes it
    if (text == nullptr) return std::nullopt;
    const auto number = parse_integer(text);
    EXPECT_TRUE(number && *number >= 0) << name << " must be a number";
    return number;
}

void quiet() {
    log::configure(log::Level::Off, log::Format::Text);
}

// Whatever happens to the machine: every acknowledged record is there once and where its answer
// said, a request is there whole or not at all, a repeated key gets the stored answer, retention
// never passes the consumer, a damaged byte costs one block at most, which is told, and a key that
// is kept for ever gets the stored answer after any time.
TEST(StreamSimulation, KeepsItsPromises) {
    quiet();
    const auto only = number_from_environment("TRADEWIND_SEED");
    const std::int64_t first = only.value_or(1);
    const std::int64_t count =
        only ? 1 : number_from_environment("TRADEWIND_SEEDS").value_or(seeds_default);
    Simulation::Counts sum;
    for (std::int64_t seed = first; seed < first + count; ++seed) {
        Simulation life(static_cast<std::uint64_t>(seed));
        ASSERT_EQ(life.run(), "") << "TRADEWIND_SEED=" << seed << " runs it again";
        sum.repeated += life.counts().repeated;
        sum.power_losses += life.counts().power_losses;
        sum.failed_syncs += life.counts().failed_syncs;
        sum.segments_deleted += life.counts().segments_deleted;
        sum.records_damaged += life.counts().records_damaged;
        sum.kept_repeated += life.counts().kept_repeated;
        sum.raised += life.counts().raised;
    }
    if (count < seeds_default) return;
    // It has tried what it claims to try.
    EXPECT_GT(sum.repeated, count);
    EXPECT_GT(sum.power_losses, count);
    EXPECT_GT(sum.failed_syncs, count / 2);
    EXPECT_GT(sum.segments_deleted, count / 2);
    EXPECT_GT(sum.records_damaged, count / 2);
    EXPECT_GT(sum.kept_repeated, count / 2);
    EXPECT_GT(sum.raised, count / 10);
}

// The same seed is the same life, so that a failure can be looked at again.
TEST(StreamSimulation, IsRepeatable) {
    quiet();
    Simulation one(7);
    Simulation other(7);
    EXPECT_EQ(one.run(), other.run());
    EXPECT_EQ(one.files().mutation_count(), other.files().mutation_count());
    EXPECT_EQ(one.counts().acknowledged, other.counts().acknowledged);
}

// What the first lives that go wrong without a guard say; empty: none did.
std::string first_fault(const std::function<void(os::SimulatedFilesystem&)>& take_guard_away) {
    quiet();
    for (std::uint64_t seed = 1; seed <= seeds_without_guard; ++seed) {
        Simulation life(seed);
        take_guard_away(life.files());
        if (std::string fault = life.run(); !fault.empty()) return fault;
    }
    return "";
}

bool is_segment(const std::string& path) {
    return path.ends_with(".segment");
}

// The simulation sees what the sync of a segment is for: without it acknowledged records go.
TEST(StreamSimulation, MissesTheSyncOfSegments) {
    const std::string fault =
        first_fault([](os::SimulatedFilesystem& files) { files.ignore_file_sync(is_segment); });
    EXPECT_NE(fault, "");
}

// It sees what the sync of the folder is for, when a segment is made: without it the whole file
// goes.
TEST(StreamSimulation, MissesTheSyncOfTheFolder) {
    const std::string fault = first_fault([](os::SimulatedFilesystem& files) {
        files.ignore_folder_sync([](const std::string& path) { return path == test_folder; });
    });
    EXPECT_NE(fault, "");
}

// It sees what the file of kept keys is for: without it a replay goes in again once its segment is
// deleted and the window is over.
TEST(StreamSimulation, MissesTheKeptKeys) {
    const std::string fault = first_fault([](os::SimulatedFilesystem& files) {
        files.ignore_file_sync([](const std::string& path) {
            return path.find("kept_keys") != std::string::npos;
        });
    });
    EXPECT_NE(fault, "");
}

}  // namespace
}  // namespace tradewind::stream
