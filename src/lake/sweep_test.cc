// What the sweep takes, and what it must leave alone.
#include "lake/test_kit.h"

namespace tradewind::lake {

namespace {

using namespace testing;

class LakeSweep : public SimulatedLake {
protected:
    void write_raw(const std::string& path) {
        MUST(files_.create_folders(os::parent_folder(on_disk(path))));
        MUST(files_.open(on_disk(path), os::OpenMode::CreateNew));
    }
    // Replaces the only file of "t" by the next one.
    std::int64_t replace() {
        const Version before = MUST(lake().current("t"));
        Commit commit = removing(paths_of(before));
        commit.add = {put(lake(), "t/" + std::to_string(before.number + 1), "content")};
        return MUST(lake().commit("t", commit, std::nullopt)).number;
    }
    void keep_only_one() {
        options_.versions_kept_min = 1;
        options_.version_retention_us = day_us;
    }
};

TEST_F(LakeSweep, OrphansGoAtOpenAndBySweep) {
    // Proves that files of a dataset that no version names and nobody holds go, and nothing else
    // does: what others put beside the datasets least of all.
    open();
    MUST(lake().commit("t", adding({put(lake(), "t/a/1", "x")}), std::nullopt));
    put(lake(), "t/a/forgotten", "x");
    write_raw("t/a/orphan");
    write_raw("t/.hidden");
    write_raw("elsewhere/deep/down/orphan");
    write_raw("orphan");
    write_raw("_scratch/77.parquet");
    write_raw("_scratch/folder/77.parquet");
    EXPECT_EQ(MUST(lake().sweep()), 4u);
    EXPECT_EQ(
        data_files(),
        (std::vector<std::string>{"elsewhere/deep/down/orphan", "orphan", "t/a/1", "t/a/forgotten"})
    );
    write_raw("_scratch/78.parquet");
    write_raw("t/_versions/000000000002.json.tmp");
    open();
    EXPECT_EQ(
        data_files(), (std::vector<std::string>{"elsewhere/deep/down/orphan", "orphan", "t/a/1"})
    );
    EXPECT_EQ(version_files("t"), (std::vector<std::string>{"000000000001.json"}));
    EXPECT_EQ(MUST(lake().sweep()), 0u);
}

TEST_F(LakeSweep, AFileThatCameBackStays) {
    // Proves that a file which a version took out and a later one names again is the later one's:
    // it outlives both versions before.
    keep_only_one();
    open();
    const DataFile file = put(lake(), "t/1", "x");
    MUST(lake().commit("t", adding({file}), std::nullopt));
    Commit other = removing({"t/1"});
    other.add = {put(lake(), "t/2", "y")};
    MUST(lake().commit("t", other, std::nullopt));
    Commit back = removing({"t/2"});
    back.add = {file};
    MUST(lake().commit("t", back, std::nullopt));
    clock_.advance_us(2 * day_us);
    MUST(lake().sweep());
    EXPECT_EQ(data_files(), (std::vector<std::string>{"t/1"}));
    EXPECT_EQ(version_files("t").size(), 1u);
    open();
    EXPECT_EQ(MUST(lake().read("t/1", 10)), "x");
}

TEST_F(LakeSweep, AWritersFilesAreLeftAlone) {
    // Proves that the sweep spares files being written, finished, adopted or about to be, and that
    // all of them can then be committed.
    open();
    auto writing = MUST(lake().create("t/writing"));
    MUST(writing->append("x"));
    const DataFile finished = put(lake(), "t/finished", "x");
    const std::string scratch = MUST(lake().scratch_path(".parquet"));
    MUST(files_.open(scratch, os::OpenMode::CreateNew));
    const DataFile adopted = put_by_adoption(lake(), files_, "t/adopted", "x");
    EXPECT_EQ(MUST(lake().sweep()), 0u);
    const std::vector<DataFile> all = {
        MUST(writing->finish()), finished, adopted, MUST(lake().adopt(scratch, "t/late", 0))
    };
    MUST(lake().commit("t", adding(all), std::nullopt));
    EXPECT_EQ(MUST(lake().sweep()), 0u);
    EXPECT_EQ(data_files().size(), 4u);
    EXPECT_TRUE(lake().verify(false).ok());
}

TEST_F(LakeSweep, DiscardGivesBackAtOnce) {
    // Proves that discarded finished, adopted and scratch files are gone without a sweep, and that
    // discarding twice, or what does not exist, is fine.
    open();
    const std::string scratch = MUST(lake().scratch_path(".parquet"));
    MUST(files_.open(scratch, os::OpenMode::CreateNew));
    put(lake(), "t/finished", "x");
    put_by_adoption(lake(), files_, "t/adopted", "x");
    for (int i = 0; i < 2; ++i) {
        for (const std::string& path :
             {std::string("t/finished"), std::string("t/adopted"), scratch, std::string("t/none")
             }) {
            EXPECT_TRUE(lake().discard(path).ok());
        }
    }
    EXPECT_TRUE(data_files().empty());
    const std::string unwritten = MUST(lake().scratch_path(""));
    EXPECT_TRUE(lake().discard(unwritten).ok());
    EXPECT_EQ(lake().adopt(scratch, "t/x", 0).error().code(), ErrorCode::InvalidArgument);
}

TEST_F(LakeSweep, AStrangersFileInTheWayIsKeptAside) {
    // Proves that a file that lies where a new one goes is neither overwritten nor an obstacle.
    open();
    write_raw("t/1");
    const DataFile file = put(lake(), "t/1", "mine");
    MUST(lake().commit("t", adding({file}), std::nullopt));
    EXPECT_EQ(MUST(lake().read("t/1", 10)), "mine");
    EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/1"}));
}

TEST_F(LakeSweep, ReplacedFilesStayAsLongAsTheirVersions) {
    // Proves retention by age and by count: replaced files go exactly when the last version that
    // names them does, and what is kept can still be read.
    options_.versions_kept_min = 3;
    options_.version_retention_us = 10 * day_us;
    open();
    for (int i = 0; i < 20; ++i) {
        clock_.advance_us(day_us);
        replace();
    }
    MUST(lake().sweep());  // versions of the last ten days: 10…20
    EXPECT_EQ(data_files().size(), 11u);
    for (std::int64_t number = 10; number <= 20; ++number)
        EXPECT_EQ(MUST(lake().version("t", number)).files.size(), 1u);
    EXPECT_EQ(lake().version("t", 9).error().code(), ErrorCode::NotFound);
    EXPECT_TRUE(lake().verify(false).ok());
    clock_.advance_us(100 * day_us);
    MUST(lake().sweep());  // all too old: the three newest stay
    EXPECT_EQ(data_files(), (std::vector<std::string>{"t/18", "t/19", "t/20"}));
    open();
    EXPECT_EQ(MUST(lake().current("t")).number, 20);
    EXPECT_EQ(MUST(lake().version("t", 18)).files.size(), 1u);
    EXPECT_EQ(data_files().size(), 3u);
    EXPECT_EQ(MUST(lake().sweep()), 0u);
    replace();
    EXPECT_TRUE(lake().verify(false).ok());
}

TEST_F(LakeSweep, TheCurrentVersionIsNeverTooOld) {
    // Proves that a dataset nobody writes to stays, however old.
    keep_only_one();
    open();
    for (int i = 0; i < 5; ++i) replace();
    clock_.advance_us(1000 * day_us);
    MUST(lake().sweep());
    open();
    EXPECT_EQ(MUST(lake().current("t")).number, 5);
    EXPECT_EQ(MUST(lake().read("t/5", 10)), "content");
    EXPECT_EQ(data_files(), (std::vector<std::string>{"t/5"}));
    EXPECT_EQ(version_files("t"), (std::vector<std::string>{"000000000005.whole.json"}));
    EXPECT_EQ(replace(), 6);
    open();
    EXPECT_EQ(MUST(lake().current("t")).number, 6);
}

TEST_F(LakeSweep, PinsHoldFilesBack) {
    // Proves that a pinned version's files outlive retention until the last pin on it goes.
    keep_only_one();
    open();
    replace();
    auto first = MUST(lake().pin("t"));
    auto second = MUST(lake().pin("t"));
    for (int i = 0; i < 4; ++i) replace();
    clock_.advance_us(10 * day_us);
    MUST(lake().sweep());
    EXPECT_TRUE(there("t/1"));
    first.reset();
    MUST(lake().sweep());
    EXPECT_EQ(second->version().number, 1);
    EXPECT_EQ(paths_of(second->version()), (std::vector<std::string>{"t/1"}));
    EXPECT_TRUE(there("t/1"));
    second.reset();
    EXPECT_GT(MUST(lake().sweep()), 0u);
    EXPECT_EQ(data_files(), (std::vector<std::string>{"t/5"}));
}

TEST_F(LakeSweep, APinMayOutliveTheLake) {
    // Proves that a pin is safe to use and to let go after the lake was closed.
    open();
    replace();
    const auto pin = MUST(lake().pin("t"));
    open();
    EXPECT_EQ(pin->version().files.size(), 1u);
}

TEST_F(LakeSweep, ALargeOldDatasetIsNotRewrittenForOneFile) {
    // Proves that moving the floor of kept versions up waits until it frees enough: with 1,100
    // files a single replaced one does not cause a whole version file, 100 do.
    keep_only_one();
    options_.full_version_every = 1000;
    open();
    std::vector<DataFile> files;
    for (int i = 0; i < 1100; ++i)
        files.push_back(put(lake(), "t/" + std::to_string(10'000 + i), "x"));
    MUST(lake().commit("t", adding(files), std::nullopt));
    MUST(lake().commit("t", removing({files[0].path}), std::nullopt));
    MUST(lake().commit("t", {}, std::nullopt));
    clock_.advance_us(10 * day_us);
    MUST(lake().sweep());
    EXPECT_EQ(data_files().size(), 1100u);
    std::vector<std::string> gone;
    for (std::size_t i = 1; i <= 100; ++i) gone.push_back(files[i].path);
    MUST(lake().commit("t", removing(gone), std::nullopt));
    clock_.advance_us(10 * day_us);
    MUST(lake().sweep());
    EXPECT_EQ(data_files().size(), 999u);
    EXPECT_EQ(version_files("t"), (std::vector<std::string>{"000000000004.whole.json"}));
}

TEST_F(LakeSweep, AFloorThatCannotBeReadFreesNothing) {
    // Proves that old version files are not removed when the whole one that replaces them is
    // damaged.
    keep_only_one();
    options_.full_version_every = 2;
    open();
    for (int i = 0; i < 4; ++i) replace();
    clock_.advance_us(10 * day_us);
    damage("t/_versions/000000000004.whole.json");
    const auto before = version_files("t");
    MUST(lake().sweep());
    EXPECT_EQ(version_files("t"), before);
    open();
    EXPECT_EQ(MUST(lake().current("t")).number, 4);
    EXPECT_EQ(paths_of(MUST(lake().current("t"))), (std::vector<std::string>{"t/4"}));
}

}  // namespace

}  // namespace tradewind::lake
