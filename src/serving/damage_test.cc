// A damaged store is found and reported as Corruption: it is never served, and never crashes us.
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <thread>

#include "os/random.h"
#include "serving/test_support.h"

namespace tradewind::serving {
namespace {

std::vector<std::shared_ptr<const TableSpec>> shipped() {
    return {shipped_table("invoices"), shipped_table("customers")};
}

class DamageTest : public ::testing::Test {
protected:
    // Batches 1 to `count`; with small memtables most of them stand in tables on disk.
    void fill(int count) {
        auto serving = open();
        ASSERT_TRUE(serving.ok());
        for (int i = 1; i <= count; ++i) {
            Line line{
                std::to_string(i % 97), "code", std::string(300, 'd'), i, "2010-12-01", 10000, "A"
            };
            std::vector<Line> lines(20, line);
            for (std::size_t at = 0; at < lines.size(); ++at)
                lines[at].invoice_no = std::to_string(static_cast<std::size_t>(i) + at);
            ASSERT_TRUE((*serving)
                            ->apply(
                                "online_retail",
                                make_lines(lines, stream_origin, i * 20),
                                {"sink", i},
                                false
                            )
                            .ok());
        }
        ASSERT_TRUE((*serving)->flush().ok());
    }

    Result<std::unique_ptr<Serving>> open() {
        ServingOptions options;
        options.folder = store_;
        options.memtable_bytes = memtable_bytes_;
        return open_serving(options, shipped(), metrics_);
    }

    std::vector<os::FileInfo> files_ending(const std::string& end, const std::string& begin = "") {
        std::vector<os::FileInfo> out;
        for (const os::FileInfo& file : MUST(files_->list(store_))) {
            if (file.name.ends_with(end) && file.name.starts_with(begin) && file.size > 0)
                out.push_back(file);
        }
        return out;
    }
    void flip(const std::string& name, std::uint64_t offset) {
        auto file = MUST(files_->open(store_ + "/" + name, os::OpenMode::ReadWrite));
        std::string byte = MUST(file->read_at(offset, 1));
        byte[0] = static_cast<char>(byte[0] ^ 0x40);
        MUST(file->write_at(offset, byte));
    }

    // Everything served, or the error that stopped it.
    Result<std::string> read_all(Serving& serving) {
        std::string out;
        for (const char* table : {"invoices", "customers"}) {
            TRY(serving.scan(table, [&](std::string_view row) {
                out += row;
                return true;
            }));
        }
        return out;
    }

    TemporaryFolder folder_;
    std::string store_ = folder_.file("serving");
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    MetricsRegistry metrics_;
    std::size_t memtable_bytes_ = 512u << 10;
};

// A flipped byte in a table is found when its block is read.
TEST_F(DamageTest, FlippedByteInATableIsCorruption) {
    fill(400);
    const auto tables = files_ending(".sst");
    ASSERT_FALSE(tables.empty());
    for (const os::FileInfo& table : tables) flip(table.name, table.size / 3);
    const auto serving = open();
    const auto all = serving.ok() ? read_all(**serving) : Result<std::string>(serving.error());
    ASSERT_FALSE(all.ok());
    EXPECT_EQ(all.error().code(), ErrorCode::Corruption) << all.error().describe();
    EXPECT_FALSE(all.error().hint().empty());
}

// verify finds a flipped byte in a table that nobody has read. The damaged store is set aside, no
// table is served until it is rebuilt, not even after a restart, and then all is as it was.
TEST_F(DamageTest, VerifiedSetAsideAndRebuilt) {
    fill(400);
    const std::string whole = MUST(read_all(*MUST(open())));
    const auto tables = files_ending(".sst");
    ASSERT_FALSE(tables.empty());
    auto serving = MUST(open());
    ASSERT_TRUE(serving->verify().ok());
    flip(tables.back().name, tables.back().size / 3);
    EXPECT_EQ(serving->verify().error().code(), ErrorCode::Corruption);
    const std::string aside = MUST(serving->start_over());
    EXPECT_EQ(os::parent_folder(aside), folder_.file("quarantine"));
    EXPECT_TRUE(files_->exists(aside + "/" + tables.back().name));
    EXPECT_TRUE(serving->verify().ok());
    EXPECT_EQ(serving->get({"invoices", "1"}).error().code(), ErrorCode::Unavailable);
    const RowBatch no_rows = make_lines({}, stream_origin, 0);
    MUST(serving->apply("online_retail", no_rows, {"sink", 500}, true));
    serving.reset();
    serving = MUST(open());
    EXPECT_EQ(serving->stale_tables().size(), 2u);
    MUST(serving->clear("online_retail"));
    serving.reset();
    fill(400);
    serving = MUST(open());
    EXPECT_TRUE(serving->stale_tables().empty());
    EXPECT_EQ(MUST(read_all(*serving)), whole);
}

// Who reads while the store is set aside reads to the end; who comes later is told to wait.
TEST_F(DamageTest, SetAsideWaitsForReaders) {
    fill(100);
    const auto serving = MUST(open());
    std::promise<void> reading;
    std::promise<void> go_on;
    std::thread reader([&] {
        int rows = 0;
        MUST(serving->scan("invoices", [&](std::string_view) {
            if (rows++ == 0) {
                reading.set_value();
                go_on.get_future().wait();
            }
            return true;
        }));
        EXPECT_GT(rows, 100);
    });
    reading.get_future().wait();
    auto set_aside = std::async(std::launch::async, [&] { return serving->start_over(); });
    go_on.set_value();
    reader.join();
    EXPECT_TRUE(set_aside.get().ok());
    EXPECT_EQ(serving->get({"invoices", "1"}).error().code(), ErrorCode::Unavailable);
}

// Files that are missing or damaged at their heart are found when opening.
TEST_F(DamageTest, OpeningFindsMissingAndDamagedFiles) {
    fill(400);
    const auto tables = files_ending(".sst");
    const auto manifests = files_ending("", "MANIFEST-");
    ASSERT_FALSE(tables.empty());
    ASSERT_EQ(manifests.size(), 1u);
    const std::string current = MUST(os::read_file(*files_, store_ + "/CURRENT", 1000));
    const auto expect_corruption = [&] {
        const auto serving = open();
        ASSERT_FALSE(serving.ok());
        EXPECT_EQ(serving.error().code(), ErrorCode::Corruption) << serving.error().describe();
    };
    MUST(files_->remove(store_ + "/CURRENT"));
    expect_corruption();
    MUST(os::write_file_atomic(*files_, store_ + "/CURRENT", "nonsense"));
    expect_corruption();
    MUST(os::write_file_atomic(*files_, store_ + "/CURRENT", "MANIFEST-999999\n"));
    expect_corruption();
    MUST(os::write_file_atomic(*files_, store_ + "/CURRENT", current));
    flip(manifests[0].name, manifests[0].size / 2);
    expect_corruption();
    flip(manifests[0].name, manifests[0].size / 2);
    MUST(files_->rename(store_ + "/" + tables[0].name, store_ + "/away"));
    expect_corruption();
    MUST(files_->rename(store_ + "/away", store_ + "/" + tables[0].name));
    EXPECT_TRUE(open().ok());
}

// Damage inside the log is corruption; a torn end is what a crash leaves, and costs only that end.
TEST_F(DamageTest, LogIsCutAtATornEndOnly) {
    memtable_bytes_ = 64u << 20;
    fill(100);
    auto logs = files_ending(".log");
    ASSERT_EQ(logs.size(), 1u);
    const std::string log = store_ + "/" + logs[0].name;
    flip(logs[0].name, logs[0].size / 2);
    {
        const auto serving = open();
        ASSERT_FALSE(serving.ok());
        EXPECT_EQ(serving.error().code(), ErrorCode::Corruption) << serving.error().describe();
    }
    flip(logs[0].name, logs[0].size / 2);
    MUST(MUST(files_->open(log, os::OpenMode::ReadWrite))->truncate(logs[0].size - 10));
    const auto serving = open();
    ASSERT_TRUE(serving.ok()) << serving.error().describe();
    EXPECT_EQ(*(*serving)->cursor("sink"), 99);
}

// One flipped byte anywhere: what is served afterwards is what was there, or Corruption, or (at the
// end of the log) the state of an earlier cursor. Nothing else.
TEST_F(DamageTest, AnyFlippedByteIsFoundOrHarmless) {
    fill(60);
    const std::string whole = MUST(read_all(*MUST(open())));
    const std::string safe = folder_.file("safe");
    {
        const auto serving = MUST(open());
        MUST(serving->checkpoint(safe));
    }
    os::Random random(5);
    const auto names = MUST(files_->list(safe));
    int found = 0;
    for (int round = 0; round < 30; ++round) {
        store_ = folder_.file("round" + std::to_string(round));
        MUST(files_->create_folders(store_));
        for (const os::FileInfo& file : names) {
            const std::string bytes =
                MUST(os::read_file(*files_, safe + "/" + file.name, 64u << 20));
            // Not synced: nobody pulls the plug here.
            auto copy = MUST(files_->open(store_ + "/" + file.name, os::OpenMode::CreateNew));
            MUST(copy->write_at(0, bytes));
        }
        const os::FileInfo& victim = names[random.below(names.size())];
        if (victim.size == 0) continue;
        flip(victim.name, random.below(victim.size));
        auto serving = open();
        const auto all = serving.ok() ? read_all(**serving) : Result<std::string>(serving.error());
        if (!all.ok()) {
            EXPECT_EQ(all.error().code(), ErrorCode::Corruption)
                << victim.name << all.error().describe();
            ++found;
        } else if (*(*serving)->cursor("sink") == 60) {
            EXPECT_EQ(*all, whole) << victim.name;
        }
        // Open, it may be writing new files at this moment.
        if (serving.ok()) serving->reset();
        MUST(os::remove_tree(*files_, store_));
    }
    EXPECT_GT(found, 4);
}

}  // namespace
}  // namespace tradewind::serving
