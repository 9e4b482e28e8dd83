// The simulated machine without power, with a full disk, a failing sync, a flipped byte: what
// fails, what is lost for good, and what works again.
#include "os/simulated_outcomes.h"

namespace tradewind::os {
namespace {

// From the moment the power is gone every call fails, until the machine comes back; Files of
// before are dead, locks are free.
TEST(SimulatedFailures, PowerIsGone) {
    SimulatedFilesystem files(7);
    make_durable(files, "/f", "x");
    auto file = MUST(files.open("/f", OpenMode::ReadWrite));
    auto lock = MUST(files.lock("/LOCK"));
    const std::uint64_t before = files.mutation_count();
    files.crash_after(1);
    EXPECT_TRUE(file->write_at(0, "y").ok());
    EXPECT_EQ(files.mutation_count(), before + 1);
    EXPECT_FALSE(files.crashed());
    EXPECT_EQ(file->sync().error().code(), ErrorCode::Io);
    EXPECT_TRUE(files.crashed());
    EXPECT_EQ(files.open("/f", OpenMode::Read).error().code(), ErrorCode::Io);
    EXPECT_EQ(files.info("/f").error().code(), ErrorCode::Io);
    EXPECT_EQ(files.list("/").error().code(), ErrorCode::Io);
    EXPECT_EQ(files.rename("/f", "/g").error().code(), ErrorCode::Io);
    EXPECT_EQ(files.create_folders("/f/g").error().code(), ErrorCode::Io);
    EXPECT_EQ(file->read_at(0, 1).error().code(), ErrorCode::Io);
    EXPECT_EQ(files.mutation_count(), before + 1);
    files.crash();
    EXPECT_FALSE(files.crashed());
    EXPECT_EQ(file->read_at(0, 1).error().code(), ErrorCode::Io);
    EXPECT_EQ(file->write_at(0, "z").error().code(), ErrorCode::Io);
    auto second = MUST(files.lock("/LOCK"));
    lock.reset();  // the dead holder must not free the new one's
    EXPECT_FALSE(files.lock("/LOCK").ok());
    EXPECT_TRUE(write_file_atomic(files, "/f", "z").ok());
}

// A full disk takes what fits and says so; room comes back with a removal.
TEST(SimulatedFailures, FillsUp) {
    SimulatedFilesystem files(1);
    files.set_capacity(1000);
    auto file = create(files, "/f");
    EXPECT_EQ(file->preallocate(1001).error().code(), ErrorCode::ResourceExhausted);
    EXPECT_EQ(MUST(file->size()), 0u);
    MUST(file->preallocate(600));
    MUST(file->write_at(0, std::string(600, 'x')));  // inside what was set aside
    EXPECT_EQ(MUST(files.free_bytes("/")), 400u);
    auto other = create(files, "/g");
    EXPECT_EQ(
        other->write_at(0, std::string(500, 'y')).error().code(), ErrorCode::ResourceExhausted
    );
    EXPECT_EQ(MUST(other->size()), 400u);
    EXPECT_EQ(MUST(other->read_at(399, 5)), "y");
    EXPECT_EQ(MUST(files.free_bytes("/")), 0u);
    EXPECT_FALSE(write_file_atomic(files, "/h", "x").ok());
    EXPECT_FALSE(files.exists("/h.tmp"));
    MUST(files.remove("/f"));
    EXPECT_EQ(MUST(files.free_bytes("/")), 600u);
    EXPECT_TRUE(write_file_atomic(files, "/h", "x").ok());
}

// A failed sync loses its bytes for good: a later sync that succeeds does not bring them back.
TEST(SimulatedFailures, FailedSyncIsFinal) {
    EXPECT_EQ(
        outcomes([&](SimulatedFilesystem& files) {
            make_durable(files, "/f", "old");
            auto file = MUST(files.open("/f", OpenMode::ReadWrite));
            MUST(file->write_at(0, "new"));
            files.fail_next_sync();
            EXPECT_EQ(file->sync().error().code(), ErrorCode::Io);
            EXPECT_EQ(content(files, "/f"), "new");
            EXPECT_TRUE(file->sync().ok());
            files.crash();
            return content(files, "/f");
        }),
        Set{"old"}
    );
}

// A flipped byte is always another one, for readers now and after a crash.
TEST(SimulatedFailures, FlipsBytes) {
    EXPECT_EQ(
        outcomes([&](SimulatedFilesystem& files) {
            make_durable(files, "/f", "abc");
            MUST(files.flip_byte("/f", 1));
            const std::string now = content(files, "/f");
            EXPECT_NE(now[1], 'b');
            files.crash();
            EXPECT_EQ(content(files, "/f"), now);
            EXPECT_FALSE(files.flip_byte("/f", 3).ok());
            EXPECT_FALSE(files.flip_byte("/absent", 0).ok());
            return std::string{now[0], now[2]};
        }),
        Set{"ac"}
    );
}

// The same seed gives the same crash, to the byte.
TEST(SimulatedFailures, IsDeterministic) {
    const auto run = [](std::uint64_t seed) {
        SimulatedFilesystem files(seed);
        auto file = create(files, "/f");
        MUST(files.sync_folder("/"));
        for (int i = 0; i < 50; ++i)
            MUST(file->write_at(
                static_cast<std::uint64_t>(i) * 700,
                std::string(900, static_cast<char>('a' + i % 26))
            ));
        auto other = create(files, "/g");
        files.crash();
        return content(files, "/f") + content(files, "/g");
    };
    EXPECT_EQ(run(5), run(5));
    EXPECT_NE(run(5), run(6));
}

}  // namespace
}  // namespace tradewind::os
