#include "app/set_aside.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/check.h"
#include "lake/lake.h"
#include "os/clock.h"
#include "os/random.h"

namespace tradewind::app {
namespace {

using testing::HasSubstr;

class SetAside : public testing::Test {
protected:
    SetAside()
        : root_(std::filesystem::temp_directory_path() / ("tw-aside-" + os::random_id())),
          files_(os::make_posix_filesystem()),
          clock_(os::make_system_clock()) {
        std::filesystem::create_directories(root_);
    }
    ~SetAside() override { std::filesystem::remove_all(root_); }

    std::string path(const std::string& below) const { return root_ / below; }
    void write(const std::string& below, const std::string& bytes) const {
        std::filesystem::create_directories((root_ / below).parent_path());
        std::ofstream(root_ / below) << bytes;
    }
    Finding quarantine() { return examine_quarantine(*files_, path("quarantine")); }
    Finding lost() { return examine_lost_rows(*files_, path("lake")); }

    std::filesystem::path root_;
    std::unique_ptr<os::Filesystem> files_;
    std::unique_ptr<os::Clock> clock_;
};

// A workspace that was never damaged has nothing to warn of, also before it has any folder.
TEST_F(SetAside, NothingIsWrong) {
    EXPECT_EQ(quarantine().health, Health::Ok);
    EXPECT_EQ(lost().health, Health::Ok);
    std::filesystem::create_directories(path("quarantine/raw/empty"));
    EXPECT_EQ(quarantine().health, Health::Ok);
}

// What was set aside is told of by kind, size and name, until it is removed; a store is one thing,
// however many files it has.
TEST_F(SetAside, QuarantineIsToldOf) {
    write("quarantine/orders-000000000000.segment-4096.bytes", std::string(512, 'x'));
    const Finding one = quarantine();
    EXPECT_EQ(one.health, Health::Warning);
    EXPECT_THAT(one.message, HasSubstr("1 range of a stream (512 B)"));
    EXPECT_THAT(one.message, HasSubstr(path("quarantine")));
    EXPECT_THAT(one.message, HasSubstr("orders-000000000000.segment-4096.bytes"));
    EXPECT_THAT(one.hint, HasSubstr("tradewind verify"));
    write("quarantine/raw/shop/table/a.parquet", "xx");
    write("quarantine/raw/shop/table/b.parquet", "xx");
    write("quarantine/serving-1700000000000000/CURRENT", "x");
    write("quarantine/serving-1700000000000000/1.sst", "x");
    const Finding all = quarantine();
    EXPECT_THAT(all.message, HasSubstr("1 range of a stream, 2 files of the lake, 1 store"));
    EXPECT_THAT(all.message, HasSubstr("and 1 more"));
}

// Records that a stream lost are told of by their positions, apart from bytes that were set aside,
// until the note is removed.
TEST_F(SetAside, LostRecordsAreToldOf) {
    const auto lost_records = [&] { return examine_lost_records(*files_, path("quarantine")); };
    EXPECT_EQ(lost_records().health, Health::Ok);
    const std::string note = "quarantine/orders-positions-120-to-199.missing";
    write(note, "gone");
    write("quarantine/orders-positions-9-to-3.missing", "no note of ours");
    EXPECT_EQ(lost_records().health, Health::Warning);
    EXPECT_THAT(lost_records().message, HasSubstr("orders: positions 120 to 199"));
    EXPECT_THAT(lost_records().message, HasSubstr(path(note)));
    EXPECT_EQ(quarantine().health, Health::Ok);
    std::filesystem::remove(path(note));
    EXPECT_EQ(lost_records().health, Health::Ok);
}

// Rows that went with a damaged file are counted, beside an open lake, until a correction brings
// them back.
TEST_F(SetAside, LostRowsAreCounted) {
    lake::LakeOptions options;
    options.root = path("lake");
    options.quarantine_folder = path("quarantine");
    const auto lake = MUST(lake::open_lake(options, *files_, *clock_));
    lake::Commit commit;
    for (const std::int64_t import : {1, 2}) {
        auto writing = MUST(lake->create("raw/shop/table/" + std::to_string(import)));
        MUST(writing->append(std::string(100, 'x')));
        lake::DataFile file = MUST(writing->finish());
        file.row_count = 100 + import;
        file.origin = OriginId(import);
        commit.add.push_back(std::move(file));
    }
    MUST(lake->commit("raw/shop/table", commit, std::nullopt));
    EXPECT_EQ(lost().health, Health::Ok);
    write("lake/raw/shop/table/1", std::string(100, 'y'));
    EXPECT_FALSE(lake->verify(true).ok());
    const Finding found = lost();
    EXPECT_EQ(found.health, Health::Warning);
    EXPECT_THAT(found.message, HasSubstr("101 rows are missing: 101 rows of import 1"));
    EXPECT_THAT(quarantine().message, HasSubstr("1 file of the lake"));
}

// A dataset whose version files are all damaged is served no more, and told of as a failure.
TEST_F(SetAside, WhatIsNotServedIsAFailure) {
    write("lake/raw/shop/table/_versions/00000000000000000001.json", "?");
    EXPECT_EQ(lost().health, Health::Ok) << "nothing but a folder of versions was ever there";
    write("lake/raw/shop/table/1.parquet", "x");
    const Finding found = lost();
    EXPECT_EQ(found.health, Health::Failed);
    EXPECT_THAT(found.message, HasSubstr("raw/shop/table"));
    EXPECT_THAT(found.hint, HasSubstr("verify"));
}

}  // namespace
}  // namespace tradewind::app
