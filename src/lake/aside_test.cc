// Versions that are kept beside the current one: whatever fails or is damaged, they are never
// current, and they are there or not.
#include "lake/test_kit.h"

namespace tradewind::lake {

namespace {

using namespace testing;

class LakeAside : public SimulatedLake {
protected:
    // Version 1: "t/a" and "t/b", with a column and a position.
    void fill() {
        open();
        Commit commit = adding({put(lake(), "t/a", "a"), put(lake(), "t/b", "bb")});
        commit.columns = std::vector<ColumnSpec>{{"x", ColumnType::Text}};
        commit.positions["sink"] = Position(5);
        commit.extra = json::Value::object();
        commit.extra.set("shown", "b");
        MUST(lake().commit("t", commit, std::nullopt));
    }
    Commit aside_of(const std::string& path) {
        Commit commit = adding({put(lake(), path, path)});
        commit.run = "old";
        commit.remove_if = [](const DataFile&) { return true; };
        commit.columns = std::vector<ColumnSpec>{{"y", ColumnType::Integer}};
        commit.extra = json::Value::object();
        commit.extra.set("shown", "old");
        commit.aside = true;
        return commit;
    }
    void expect_current(std::int64_t number) {
        const Version current = MUST(lake().current("t"));
        EXPECT_EQ(current.number, number);
        EXPECT_EQ(paths_of(current), (std::vector<std::string>{"t/a", "t/b"}));
        EXPECT_EQ(current.columns.at(0).name, "x");
        EXPECT_EQ(current.positions.at("sink"), Position(5));
        EXPECT_EQ(current.extra.text_or("shown", ""), "b");
        EXPECT_FALSE(current.aside);
    }
    void expect_aside(std::int64_t number, const std::string& path) {
        const Version aside = MUST(lake().version("t", number));
        EXPECT_TRUE(aside.aside);
        EXPECT_EQ(aside.number, number);
        EXPECT_EQ(paths_of(aside), (std::vector<std::string>{path}));
        EXPECT_EQ(aside.columns.at(0).name, "y");
        EXPECT_EQ(aside.extra.text_or("shown", ""), "old");
        EXPECT_EQ(MUST(lake().read(path, 100)), path);
    }
};

TEST_F(LakeAside, IsKeptAndNeverCurrent) {
    // Proves that the version can be read and pinned by its number, that the one after it is what
    // was current before in everything but its number, and that both survive reopening.
    for (const int full_every : {1, 2, 100}) {
        SetUp();
        options_.full_version_every = full_every;
        files_ = os::SimulatedFilesystem(1);
        fill();
        EXPECT_EQ(MUST(lake().commit("t", aside_of("t/old"), 1)).number, 2);
        expect_current(3);
        expect_aside(2, "t/old");
        const auto pin = MUST(lake().pin("t", 2));
        EXPECT_EQ(paths_of(pin->version()), (std::vector<std::string>{"t/old"}));
        for (int i = 0; i < 2; ++i) {
            open();
            expect_current(3);
            expect_aside(2, "t/old");
            EXPECT_TRUE(lake().verify(false).ok());
        }
        // The next commit goes on from what is current.
        EXPECT_EQ(MUST(lake().commit("t", adding({put(lake(), "t/c", "c")}), 3)).files.size(), 3u);
        EXPECT_EQ(MUST(lake().commit("t", removing({"t/a", "t/c"}), 4)).files.size(), 1u);
        open();
        EXPECT_EQ(paths_of(MUST(lake().current("t"))), (std::vector<std::string>{"t/b"}));
        expect_aside(2, "t/old");
    }
}

TEST_F(LakeAside, OfAnEmptyDataset) {
    // Proves that a dataset may begin with a version that is not its current one.
    open();
    EXPECT_EQ(MUST(lake().commit("t", aside_of("t/old"), 0)).number, 1);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(MUST(lake().current("t")).number, 2);
        EXPECT_TRUE(MUST(lake().current("t")).files.empty());
        expect_aside(1, "t/old");
        open();
    }
}

TEST_F(LakeAside, RetentionGivesItUpLikeAnyOther) {
    // Proves that its files go with it, and those of the current version stay.
    options_.version_retention_us = day_us;
    options_.versions_kept_min = 1;
    fill();
    MUST(lake().commit("t", aside_of("t/old"), std::nullopt));
    EXPECT_EQ(MUST(lake().sweep()), 0u);
    expect_aside(2, "t/old");
    clock_.advance_us(day_us + 1);
    EXPECT_EQ(MUST(lake().sweep()), 1u);
    EXPECT_FALSE(there("t/old"));
    EXPECT_EQ(lake().version("t", 2).error().code(), ErrorCode::NotFound);
    expect_current(3);
    open();
    expect_current(3);
    EXPECT_TRUE(lake().verify(false).ok());
}

TEST_F(LakeAside, PinsHoldItsFilesBack) {
    // Proves that a pinned version aside outlives retention until it is let go.
    options_.version_retention_us = day_us;
    options_.versions_kept_min = 1;
    fill();
    MUST(lake().commit("t", aside_of("t/old"), std::nullopt));
    auto pin = MUST(lake().pin("t", 2));
    clock_.advance_us(day_us + 1);
    MUST(lake().sweep());
    expect_aside(2, "t/old");
    open();
    EXPECT_TRUE(there("t/a"));
}

TEST_F(LakeAside, CutOffBetweenItsTwoFilesItWasNever) {
    // Proves that a version aside that nothing follows is dropped at the next start, its data file
    // with it, and that the commit can be made again.
    fill();
    MUST(lake().commit("t", aside_of("t/old"), std::nullopt));
    MUST(files_.remove(on_disk("t/_versions/000000000003.json")));
    open();
    expect_current(1);
    EXPECT_FALSE(there("t/old"));
    EXPECT_EQ(lake().version("t", 2).error().code(), ErrorCode::NotFound);
    EXPECT_TRUE(quarantined().empty());
    const std::int64_t number = MUST(lake().commit("t", aside_of("t/old"), 1)).number;
    expect_aside(number, "t/old");
    expect_current(number + 1);
    open();
    expect_aside(number, "t/old");
    expect_current(number + 1);
}

TEST_F(LakeAside, TheVersionAfterItDamaged) {
    // Proves that then, too, what was current before counts, and the version aside is given up with
    // it: its data file is kept in quarantine.
    fill();
    MUST(lake().commit("t", aside_of("t/old"), std::nullopt));
    damage("t/_versions/000000000003.json");
    open();
    expect_current(4);
    EXPECT_EQ(lake().version("t", 2).error().code(), ErrorCode::NotFound);
    EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/_versions/000000000003.json", "t/old"}));
    open();
    expect_current(4);
    EXPECT_TRUE(lake().verify(false).ok());
}

TEST_F(LakeAside, AFailedSyncOfEitherFileChangesNothing) {
    // Proves that when either version file cannot be made durable, nothing of the commit is left,
    // now and after a restart, and the next commit works.
    for (const bool second : {false, true}) {
        files_ = os::SimulatedFilesystem(1);
        fill();
        Commit commit = aside_of("t/old");
        faulty_.fail_folder_sync = "t/_versions";
        faulty_.skip_folder_syncs = second ? 1 : 0;
        EXPECT_EQ(lake().commit("t", commit, std::nullopt).error().code(), ErrorCode::Io);
        expect_current(1);
        EXPECT_EQ(version_files("t"), (std::vector<std::string>{"000000000001.json"}));
        MUST(lake().commit("t", adding({put(lake(), "t/c", "c")}), 1));
        open();
        EXPECT_EQ(MUST(lake().current("t")).files.size(), 3u);
        EXPECT_FALSE(there("t/old"));
    }
}

TEST_F(LakeAside, TakingBackThatFailsHoldsTheDatasetUp) {
    // Proves that while a half-made commit cannot be taken back no other goes through, that it is
    // taken back then, and that a restart in between drops it.
    for (const bool restart : {false, true}) {
        files_ = os::SimulatedFilesystem(1);
        fill();
        Commit commit = aside_of("t/old");
        faulty_.fail_folder_sync = "t/_versions";
        faulty_.skip_folder_syncs = 1;
        faulty_.fail_remove = "000000000003.json";
        EXPECT_FALSE(lake().commit("t", commit, std::nullopt).ok());
        expect_current(1);
        if (restart) {
            open();
            EXPECT_TRUE(
                MUST(lake().current("t")).number == 1 || MUST(lake().current("t")).number == 3
            );
        } else {
            faulty_.fail_remove = "000000000002.json";
            const auto blocked = lake().commit("t", {}, std::nullopt);
            EXPECT_NE(blocked.error().describe().find("cannot be taken back"), std::string::npos);
            MUST(lake().commit("t", {}, std::nullopt));
            EXPECT_EQ(MUST(lake().current("t")).number, 2);
        }
        EXPECT_EQ(MUST(lake().current("t")).files.size(), 2u);
    }
}

}  // namespace

}  // namespace tradewind::lake
