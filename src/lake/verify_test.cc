// Damaged data files: found, named, and taken out.
#include <gmock/gmock.h>

#include "lake/test_kit.h"

namespace tradewind::lake {

namespace {

using namespace testing;

class LakeVerify : public SimulatedLake {
protected:
    void fill() {
        open();
        const std::string big(3'000'000, 'b');
        MUST(lake().commit(
            "t",
            adding(
                {put(lake(), "t/flipped", big),
                 put(lake(), "t/cut", "content"),
                 put(lake(), "t/gone", "content"),
                 put(lake(), "t/good", "content"),
                 put(lake(), "t/empty", "")}
            ),
            std::nullopt
        ));
        MUST(lake().commit("u", adding({put(lake(), "u/good", "content")}), std::nullopt));
        EXPECT_TRUE(lake().verify(false).ok());
    }
    void damage_three() {
        MUST(files_.flip_byte(on_disk("t/flipped"), 2'999'999));
        MUST(MUST(files_.open(on_disk("t/cut"), os::OpenMode::ReadWrite))->truncate(3));
        MUST(files_.remove(on_disk("t/gone")));
    }
};

TEST_F(LakeVerify, EveryDamageIsReportedByDatasetAndPath) {
    // Proves that a flipped bit at the end of a large file, a cut file and a missing one are each
    // reported, and nothing changes without quarantine.
    fill();
    damage_three();
    for (int round = 0; round < 2; ++round) {
        const auto verified = lake().verify(false);
        ASSERT_FALSE(verified.ok());
        EXPECT_EQ(verified.error().code(), ErrorCode::Corruption);
        EXPECT_EQ(
            verified.error().detail(),
            "dataset 't': data file t/cut has 3 bytes instead of 7\n"
            "dataset 't': data file t/flipped has a wrong checksum\n"
            "dataset 't': data file t/gone is missing"
        );
        EXPECT_NE(verified.error().hint(), "");
    }
    EXPECT_EQ(MUST(lake().current("t")).number, 1);
    EXPECT_TRUE(quarantined().empty());
    EXPECT_EQ(lake().read("t/flipped", 1u << 30).error().code(), ErrorCode::Corruption);
    EXPECT_EQ(lake().read("t/cut", 1u << 30).error().code(), ErrorCode::Corruption);
    EXPECT_EQ(lake().read("t/gone", 1u << 30).error().code(), ErrorCode::NotFound);
}

TEST_F(LakeVerify, QuarantineTakesDamagedFilesOut) {
    // Proves that with quarantine a new version without the damaged files is served, the damaged
    // bytes are kept, and the lake is then whole.
    fill();
    damage_three();
    EXPECT_EQ(lake().verify(true).error().code(), ErrorCode::Corruption);
    const Version version = MUST(lake().current("t"));
    EXPECT_EQ(version.number, 2);
    EXPECT_EQ(version.run, "verify");
    EXPECT_EQ(paths_of(version), (std::vector<std::string>{"t/empty", "t/good"}));
    EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/cut", "t/flipped"}));
    EXPECT_EQ(MUST(lake().current("u")).number, 1);
    EXPECT_TRUE(lake().verify(false).ok());
    clock_.advance_us(1000 * day_us);
    MUST(lake().sweep());
    open();
    EXPECT_TRUE(lake().verify(false).ok());
    EXPECT_EQ(quarantined().size(), 2u);
}

// Rows of imports 1 and 2 and of the stream, a file each.
std::vector<DataFile> deliveries(Lake& lake) {
    std::vector<DataFile> files;
    for (const std::int64_t origin : {0, 1, 2}) {
        DataFile file = put(lake, "raw/shop/table/" + std::to_string(origin), "content");
        file.row_count = 100 + origin;
        file.origin = OriginId(origin);
        file.extra = json::Value::object();
        if (origin > 0) file.extra.set("identity", "file " + std::to_string(origin));
        files.push_back(std::move(file));
    }
    return files;
}

TEST_F(LakeVerify, LostRowsAreReportedUntilTheyAreReplaced) {
    // Proves that what was taken out of a raw dataset is not forgotten: every verify tells of it,
    // over restarts, later commits and whole version files, until its origin is replaced.
    const std::string table = "raw/shop/table";
    open();
    MUST(lake().commit(table, adding(deliveries(lake())), std::nullopt));
    for (const char* file : {"0", "1"}) MUST(files_.flip_byte(on_disk(table + "/" + file), 1));
    EXPECT_FALSE(lake().verify(true).ok());
    EXPECT_TRUE(lake().quarantine_damaged(table).ok()) << "nothing new is damaged";
    const auto expect_lost = [&](std::size_t count, std::int64_t rows) {
        EXPECT_EQ(MUST(lake().current(table)).lost.size(), count);
        EXPECT_EQ(MUST(lake().datasets()).at(0).lost_row_count, rows);
        EXPECT_EQ(lake().verify(false).ok(), count == 0);
    };
    expect_lost(2, 201);
    for (int i = 0; i < 40; ++i) {
        const std::string path = table + "/more" + std::to_string(i);
        MUST(lake().commit(table, adding({put(lake(), path, "content")}), std::nullopt));
        if (i % 13 == 0) open();
    }
    open();
    expect_lost(2, 201);
    const Error told = lake().verify(false).error();
    EXPECT_THAT(told.detail(), ::testing::HasSubstr("100 rows of the stream are missing since"));
    EXPECT_THAT(told.detail(), ::testing::HasSubstr("101 rows of import 1 are missing since"));
    EXPECT_THAT(told.detail(), ::testing::HasSubstr("a delivery of 'file 1' with other bytes"));

    DataFile again = put(lake(), table + "/again", "content");
    again.origin = OriginId(3);
    Commit replaced = adding({again});
    replaced.remove_if = [](const DataFile& file) { return file.origin == OriginId(1); };
    MUST(lake().commit(table, replaced, std::nullopt));
    expect_lost(1, 100);
    open();
    expect_lost(1, 100);
}

TEST_F(LakeVerify, TheSamePathDamagedTwiceKeepsBoth) {
    // Proves that quarantine never overwrites what it holds.
    open();
    for (int round = 0; round < 3; ++round) {
        const std::string path = "t/" + std::to_string(round);
        MUST(lake().commit("t", adding({put(lake(), path, "content")}), std::nullopt));
        MUST(files_.flip_byte(on_disk(path), 0));
        MUST(files_.create_folders(options_.quarantine_folder + "/t"));
        MUST(os::write_file_atomic(files_, options_.quarantine_folder + "/" + path, "earlier"));
        EXPECT_FALSE(lake().verify(true).ok());
        EXPECT_EQ(
            MUST(os::read_file(files_, options_.quarantine_folder + "/" + path, 100)), "earlier"
        );
        EXPECT_TRUE(files_.exists(options_.quarantine_folder + "/" + path + ".1"));
    }
}

TEST_F(LakeVerify, DamageToTheNewestVersionFileIsRepairedWhileRunning) {
    // Proves that what is in memory is written again, whole, when verify finds its file damaged, so
    // that nothing is lost by the next start.
    fill();
    damage("t/_versions/000000000001.json");
    EXPECT_EQ(lake().verify(true).error().code(), ErrorCode::Corruption);
    EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/_versions/000000000001.json"}));
    open();
    EXPECT_EQ(MUST(lake().current("t")).number, 2);
    EXPECT_EQ(MUST(lake().current("t")).files.size(), 5u);
    EXPECT_TRUE(lake().verify(false).ok());
}

TEST_F(LakeVerify, ALongListIsCutButCounted) {
    // Proves that thousands of damaged files do not make a message without end.
    open();
    std::vector<DataFile> files;
    for (int i = 0; i < 1200; ++i)
        files.push_back(put(lake(), "t/" + std::to_string(10'000 + i), "x"));
    MUST(lake().commit("t", adding(files), std::nullopt));
    for (const DataFile& file : files) MUST(files_.remove(on_disk(file.path)));
    const auto verified = lake().verify(false);
    EXPECT_NE(verified.error().message().find("1200"), std::string::npos);
    EXPECT_NE(verified.error().detail().find("and 200 more"), std::string::npos);
}

TEST_F(LakeVerify, WhatWasTouchedIsLookedAt) {
    // Proves that a file whose bytes, size or place somebody changed is taken out by a look at
    // names and times alone, also after the lake was opened anew; that a file of the same bytes
    // with another time stays; and that bytes are read of no other file.
    fill();
    EXPECT_TRUE(lake().quarantine_changed().ok());
    damage_three();
    const auto touch = [&](const std::string& path, const std::string& byte) {
        MUST(MUST(files_.open(on_disk(path), os::OpenMode::ReadWrite))->write_at(0, byte));
    };
    touch("u/good", "c");
    EXPECT_EQ(lake().quarantine_changed().error().code(), ErrorCode::Corruption);
    EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/cut"}));
    EXPECT_EQ(MUST(lake().current("t")).run, verify_run);
    EXPECT_EQ(MUST(lake().current("u")).files.size(), 1u);

    open();
    touch("t/flipped", "?");
    EXPECT_EQ(lake().quarantine_changed().error().code(), ErrorCode::Corruption);
    EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/cut", "t/flipped"}));
    EXPECT_TRUE(lake().quarantine_changed().ok());
    EXPECT_EQ(MUST(lake().current("t")).files.size(), 2u);
}

TEST_F(LakeVerify, OneDatasetAlone) {
    // Proves that the damaged files of the dataset asked for go to quarantine, and that those of
    // another, or a dataset that does not exist, are left alone.
    fill();
    damage_three();
    EXPECT_TRUE(lake().quarantine_damaged("u").ok());
    EXPECT_TRUE(lake().quarantine_damaged("nothing").ok());
    EXPECT_EQ(lake().quarantine_damaged("../t").error().code(), ErrorCode::InvalidArgument);
    EXPECT_TRUE(quarantined().empty());
    EXPECT_EQ(lake().quarantine_damaged("t").error().code(), ErrorCode::Corruption);
    EXPECT_EQ(quarantined(), (std::vector<std::string>{"t/cut", "t/flipped"}));
    EXPECT_EQ(MUST(lake().current("t")).files.size(), 2u);
    EXPECT_TRUE(lake().quarantine_damaged("t").ok());
    EXPECT_TRUE(lake().verify(false).ok());
}

}  // namespace

}  // namespace tradewind::lake
