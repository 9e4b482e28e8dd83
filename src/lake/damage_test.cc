// Version files that are damaged, and file systems that fail at the worst moment.
#include "lake/test_kit.h"

namespace tradewind::lake {

namespace {

using namespace testing;

class LakeDamage : public SimulatedLake {
protected:
    // Versions 1…n of dataset "t", each adding one file; a whole version file after every third.
    void fill(int version_count, int full_every = 3) {
        options_.full_version_every = full_every;
        open();
        for (int i = 1; i <= version_count; ++i) {
            Commit commit =
                adding({put(lake(), "t/" + std::to_string(i), "content " + std::to_string(i))});
            commit.positions["sink"] = Position(i);
            MUST(lake().commit("t", commit, std::nullopt));
        }
        MUST(lake().commit("other", adding({put(lake(), "other/1", "fine")}), std::nullopt));
    }
    std::size_t file_count() { return MUST(lake().current("t")).files.size(); }
    void expect_other_is_fine() {
        EXPECT_EQ(MUST(lake().current("other")).number, 1);
        EXPECT_EQ(MUST(lake().read("other/1", 10)), "fine");
        MUST(lake().commit("other", {}, std::nullopt));
    }
};

TEST_F(LakeDamage, OfADamagedNewestVersionThePreviousOneCounts) {
    // Proves that the damaged file is moved to quarantine, the version before it is served, its
    // number is not used again, and the data file it had named is kept aside rather than removed.
    fill(5);
    damage("t/_versions/000000000005.json");
    open();
    const Version version = MUST(lake().current("t"));
    EXPECT_EQ(version.files.size(), 4u);
    EXPECT_EQ(version.positions.at("sink"), Position(4));
    EXPECT_EQ(version.number, 6);
    EXPECT_EQ(version.run, "recovery");
    EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/5", "t/_versions/000000000005.json"}));
    EXPECT_EQ(lake().version("t", 5).error().code(), ErrorCode::NotFound);
    EXPECT_TRUE(lake().verify(false).ok());
    MUST(lake().commit("t", adding({put(lake(), "t/5", "again")}), 6));
    open();
    EXPECT_EQ(MUST(lake().current("t")).number, 7);
    EXPECT_EQ(MUST(lake().read("t/5", 10)), "again");
    expect_other_is_fine();
}

TEST_F(LakeDamage, SeveralDamagedNewestVersionsAreSteppedOver) {
    // Proves that recovery goes back as far as it must, also past a whole version file.
    fill(7);  // whole: 3, 6
    for (const char* file : {"7.json", "6.json", "6.whole.json"})
        damage(std::string("t/_versions/00000000000") + file);
    open();
    const Version version = MUST(lake().current("t"));
    EXPECT_EQ(version.files.size(), 5u);
    EXPECT_EQ(version.number, 8);
    EXPECT_EQ(MUST(lake().version("t", 5)).files.size(), 5u);
    EXPECT_TRUE(lake().verify(false).ok());
}

TEST_F(LakeDamage, TheFirstVersionDamagedLeavesTheEmptyDataset) {
    // Proves the border: before version 1 there was nothing, and that is what counts.
    fill(1);
    damage("t/_versions/000000000001.json");
    open();
    EXPECT_EQ(file_count(), 0u);
    MUST(lake().commit("t", adding({put(lake(), "t/1", "again")}), 2));
}

TEST_F(LakeDamage, NothingReadableIsNotTakenForEmpty) {
    // Proves that a dataset of which no version can be read is blocked instead of starting from
    // nothing, and that nobody removes its files.
    fill(2);
    damage("t/_versions/000000000001.json");
    damage("t/_versions/000000000002.json");
    open();
    EXPECT_EQ(lake().current("t").error().code(), ErrorCode::Corruption);
    EXPECT_TRUE(there("t/1"));
    EXPECT_TRUE(there("t/2"));
    expect_other_is_fine();
}

TEST_F(LakeDamage, ADamagedWholeFileCostsNothing) {
    // Proves that the deltas below a whole version file tell the same.
    fill(7);
    damage("t/_versions/000000000006.whole.json");
    open();
    EXPECT_EQ(MUST(lake().current("t")).number, 7);
    EXPECT_EQ(file_count(), 7u);
    EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/_versions/000000000006.whole.json"}));
    EXPECT_TRUE(lake().verify(false).ok());
    expect_other_is_fine();
}

TEST_F(LakeDamage, ADamagedDeltaBelowAWholeFileTouchesOldVersionsOnly) {
    // Proves that what is damaged before the last whole version file is found by verify, and makes
    // only the versions that need it unreadable.
    fill(5);  // whole: 3
    damage("t/_versions/000000000002.json");
    open();
    EXPECT_EQ(file_count(), 5u);
    EXPECT_EQ(lake().version("t", 2).error().code(), ErrorCode::Corruption);
    EXPECT_EQ(MUST(lake().version("t", 1)).files.size(), 1u);
    EXPECT_EQ(MUST(lake().version("t", 4)).files.size(), 4u);
    const auto verified = lake().verify(false);
    ASSERT_FALSE(verified.ok());
    EXPECT_EQ(verified.error().code(), ErrorCode::Corruption);
    EXPECT_NE(verified.error().detail().find("000000000002.json"), std::string::npos);
    EXPECT_FALSE(lake().verify(true).ok());
    EXPECT_TRUE(lake().verify(false).ok());
    EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/_versions/000000000002.json"}));
    EXPECT_EQ(file_count(), 5u);
}

TEST_F(LakeDamage, ALostDeltaInTheChainBlocksItsDatasetOnly) {
    // Proves that when it is in doubt which files a dataset has it says Corruption instead of
    // serving a guess, keeps every file, leaves others alone, says so after another start too, and
    // goes on from what could be recovered once that is accepted.
    fill(6, 100);
    damage("t/_versions/000000000003.json");
    for (int start = 0; start < 2; ++start) {
        open();
        for (const auto& error :
             {lake().current("t").error(),
              lake().pin("t").error(),
              lake().commit("t", {}, std::nullopt).error(),
              lake().verify(false).error(),
              lake().version("t", 6).error(),
              lake().version("t", 4).error()}) {
            EXPECT_EQ(error.code(), ErrorCode::Corruption) << error.describe();
        }
        EXPECT_NE(lake().current("t").error().hint(), "");
        EXPECT_EQ(MUST(lake().version("t", 2)).files.size(), 2u);
        const auto infos = MUST(lake().datasets());
        ASSERT_EQ(infos.size(), 2u);
        EXPECT_NE(infos[1].damage, "");
        EXPECT_EQ(infos[1].file_count, 5u);
        MUST(lake().sweep());
        for (int i = 1; i <= 6; ++i) EXPECT_TRUE(there("t/" + std::to_string(i)));
        EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/_versions/000000000003.json"}));
        expect_other_is_fine();
        clock_.advance_us(1);
        if (start == 0) MUST(lake().commit("other", removing({"other/1"}), std::nullopt));
        if (start == 0)
            MUST(lake().commit("other", adding({put(lake(), "other/2", "x")}), std::nullopt));
        break;
    }
    open();
    EXPECT_EQ(lake().current("t").error().code(), ErrorCode::Corruption);
    EXPECT_EQ(lake().verify(true).error().code(), ErrorCode::Corruption);
    const Version version = MUST(lake().current("t"));
    EXPECT_EQ(version.number, 7);
    EXPECT_EQ(version.files.size(), 5u);
    EXPECT_EQ(version.files.find("t/3"), nullptr);
    EXPECT_EQ(version.positions.at("sink"), Position(6));
    MUST(lake().commit("t", adding({put(lake(), "t/7", "x")}), 7));
    EXPECT_TRUE(lake().verify(false).ok());
    MUST(lake().sweep());
    EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/3", "t/_versions/000000000003.json"}));
    open();
    EXPECT_EQ(file_count(), 6u);
    EXPECT_TRUE(lake().verify(false).ok());
}

TEST_F(LakeDamage, ALostDeltaThatChangedNoFilesIsMadeUpFor) {
    // Proves that the totals in every version file tell when nothing is missing after all.
    fill(2, 100);
    Commit position_only;
    position_only.positions["sink"] = Position(3);
    MUST(lake().commit("t", position_only, std::nullopt));
    MUST(lake().commit("t", adding({put(lake(), "t/4", "x")}), std::nullopt));
    damage("t/_versions/000000000003.json");
    open();
    EXPECT_EQ(MUST(lake().current("t")).number, 4);
    EXPECT_EQ(file_count(), 3u);
    EXPECT_EQ(MUST(lake().current("t")).positions.at("sink"), Position(3));
    open();
    EXPECT_EQ(file_count(), 3u);
}

TEST_F(LakeDamage, AVersionFileOfAnotherDatasetIsNotTaken) {
    // Proves that a version file copied to the wrong place is found, though its checksum is right.
    fill(2);
    const std::string text =
        MUST(os::read_file(files_, on_disk("other/_versions/000000000001.json"), 10'000));
    MUST(os::write_file_atomic(files_, on_disk("t/_versions/000000000003.json"), text));
    open();
    EXPECT_EQ(file_count(), 2u);
    EXPECT_EQ(MUST(lake().current("t")).number, 4);
}

TEST_F(LakeDamage, AFileSystemThatFailsAtOpenBlocksWithoutQuarantine) {
    // Proves that a version file that cannot be read now is not called damaged, and is fine next
    // time.
    fill(4, 100);
    faulty_.fail_open = "t/_versions/000000000002.json";
    open();
    EXPECT_EQ(lake().current("t").error().code(), ErrorCode::Io);
    EXPECT_EQ(lake().verify(true).error().code(), ErrorCode::Io);
    EXPECT_TRUE(quarantined().empty());
    expect_other_is_fine();
    open();
    EXPECT_EQ(file_count(), 4u);
}

TEST_F(LakeDamage, RecoveryThatCannotBeWrittenStillOpens) {
    // Proves that with a full disk the version before the damaged one is served all the same, and
    // the next start finds everything where it was.
    fill(5);
    damage("t/_versions/000000000005.json");
    files_.set_capacity(1);
    open();
    EXPECT_EQ(MUST(lake().current("t")).number, 4);
    files_.set_capacity(1u << 30);
    MUST(lake().commit("t", {}, 4));
    EXPECT_EQ(MUST(lake().current("t")).number, 6);
    open();
    EXPECT_EQ(MUST(lake().current("t")).number, 6);
    EXPECT_EQ(file_count(), 4u);
}

TEST_F(LakeDamage, AFailedSyncOfAVersionFileChangesNothing) {
    // Proves that the failed commit is not there, neither now nor after a restart, and can be
    // repeated.
    fill(2);
    const DataFile file = put(lake(), "t/3", "x");
    files_.fail_next_sync();
    EXPECT_EQ(lake().commit("t", adding({file}), std::nullopt).error().code(), ErrorCode::Io);
    EXPECT_EQ(file_count(), 2u);
    EXPECT_EQ(MUST(lake().commit("t", adding({file}), std::nullopt)).number, 3);
    open();
    EXPECT_EQ(file_count(), 3u);
}

TEST_F(LakeDamage, AFullDiskChangesNothing) {
    // Proves that a commit without room for its version file is refused with ResourceExhausted, and
    // succeeds when there is room again.
    fill(2);
    const DataFile file = put(lake(), "t/3", "x");
    files_.set_capacity(1);
    EXPECT_EQ(
        lake().commit("t", adding({file}), std::nullopt).error().code(),
        ErrorCode::ResourceExhausted
    );
    auto writing = MUST(lake().create("t/4"));
    MUST(writing->append("content"));
    EXPECT_EQ(writing->finish().error().code(), ErrorCode::ResourceExhausted);
    writing.reset();
    files_.set_capacity(1u << 30);
    EXPECT_EQ(MUST(lake().commit("t", adding({file}), std::nullopt)).number, 3);
    EXPECT_EQ(data_files(), (std::vector<std::string>{"other/1", "t/1", "t/2", "t/3"}));
}

TEST_F(LakeDamage, ACommitInDoubtIsTakenBack) {
    // Proves that when the folder's sync fails after the rename, the version file is removed again,
    // and the data file stays held, because the medium may still name it.
    fill(2);
    const DataFile file = put(lake(), "t/3", "x");
    faulty_.fail_folder_sync = "t/_versions";
    EXPECT_EQ(lake().commit("t", adding({file}), std::nullopt).error().code(), ErrorCode::Io);
    EXPECT_FALSE(there("t/_versions/000000000003.json"));
    MUST(lake().discard("t/3"));
    MUST(lake().sweep());
    EXPECT_TRUE(there("t/3"));
    MUST(lake().commit("t", {}, 2));
    open();
    EXPECT_EQ(file_count(), 2u);
    EXPECT_FALSE(there("t/3"));
}

TEST_F(LakeDamage, ACommitInDoubtThatCannotBeTakenBackHoldsTheDatasetUp) {
    // Proves that nothing is committed on top of a version that may or may not be there, that a
    // restart finds one or the other whole, and that without a restart the lake tries again.
    for (const bool restart : {false, true}) {
        const std::string name = restart ? "u" : "t";
        open();
        const DataFile first = put(lake(), name + "/1", "x");
        faulty_.fail_folder_sync = name + "/_versions";
        faulty_.fail_remove = name + "/_versions/";
        EXPECT_EQ(lake().commit(name, adding({first}), std::nullopt).error().code(), ErrorCode::Io);
        EXPECT_TRUE(there(name + "/_versions/000000000001.json"));
        EXPECT_EQ(MUST(lake().current(name)).number, 0);
        MUST(lake().discard(name + "/1"));
        if (restart) {
            open();
            EXPECT_EQ(MUST(lake().current(name)).number, 1);
            EXPECT_EQ(MUST(lake().read(name + "/1", 10)), "x");
        } else {
            faulty_.fail_remove = name + "/_versions/";
            EXPECT_EQ(lake().commit(name, {}, std::nullopt).error().code(), ErrorCode::Io);
            Commit other;
            other.run = "other";
            EXPECT_EQ(MUST(lake().commit(name, other, std::nullopt)).number, 1);
            open();
            EXPECT_EQ(MUST(lake().current(name)).run, "other");
        }
    }
}

TEST_F(LakeDamage, AFailedFinishLeavesNothing) {
    // Proves that a data file whose sync failed is gone, and its path free.
    open();
    auto file = MUST(lake().create("t/1"));
    MUST(file->append("x"));
    files_.fail_next_sync();
    EXPECT_EQ(file->finish().error().code(), ErrorCode::Io);
    file.reset();
    EXPECT_TRUE(data_files().empty());
    faulty_.fail_folder_sync = "/lake/t";
    file = MUST(lake().create("t/1"));
    EXPECT_EQ(file->finish().error().code(), ErrorCode::Io);
    file.reset();
    EXPECT_TRUE(data_files().empty());
    put(lake(), "t/1", "x");
}

}  // namespace

}  // namespace tradewind::lake
