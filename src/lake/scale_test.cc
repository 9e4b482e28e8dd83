// A dataset of 100,000 files (20,000 where sanitizers make every step dear): what a commit to it
// costs must not depend on them.
#include <cstdio>

#include "lake/test_kit.h"

namespace tradewind::lake {

namespace {

using namespace testing;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int file_count = 20'000;
#else
constexpr int file_count = 100'000;
#endif
const std::string table = "raw/shop/table";

std::string path_of(int i) {
    return table + "/year=2026/month=" + std::to_string(10 + i % 3) + "/part-" +
           std::to_string(1'000'000 + i) + ".parquet";
}

DataFile file_of(int i) {
    DataFile file;
    file.path = path_of(i);
    file.row_count = 1000;
    file.partition = {{"year", "2026"}, {"month", std::to_string(10 + i % 3)}};
    file.extra = json::Value::object();
    file.extra.set("first", std::int64_t{i} * 1000);
    file.extra.set("last", std::int64_t{i} * 1000 + 999);
    return file;
}

// Prints what a step cost; the machine is shared, so the processor's time is what counts.
class Laps {
public:
    void lap(const char* what, int count = 1) {
        const double now = os::cpu_seconds();
        std::printf("%-32s %9.3f ms of cpu\n", what, (now - mark_) * 1000 / count);
        mark_ = os::cpu_seconds();
    }

private:
    double mark_ = os::cpu_seconds();
};

class LakeScale : public SimulatedLake {
protected:
    // Empty files that nobody holds: a commit takes any file that lies there.
    void make_files(int from, int to) {
        for (int i = from; i < to; ++i) {
            MUST(files_.open(on_disk(path_of(i)), os::OpenMode::CreateNew));
            if (i % 64 == 0) sync_months();
        }
        sync_months();
    }
    void sync_months() {
        for (const std::string& month : months()) MUST(files_.sync_folder(month));
    }
    std::vector<std::string> months() const {
        std::vector<std::string> paths;
        for (int month = 10; month < 13; ++month)
            paths.push_back(on_disk(table + "/year=2026/month=" + std::to_string(month)));
        return paths;
    }
};

TEST_F(LakeScale, ADeltaCostsWhatItChanges) {
    // Proves by the bytes written that a commit to a large dataset writes hundreds of bytes, also
    // 100 commits later, that all comes back at open, and prints what each step takes.
    open();
    for (const std::string& month : months()) MUST(files_.create_folders(month));
    constexpr int commit_count = 100;
    make_files(0, file_count + commit_count);
    Commit all;
    for (int i = 0; i < file_count; ++i) all.add.push_back(file_of(i));
    Laps laps;
    MUST(lake().commit(table, all, std::nullopt));
    laps.lap("commit of all files");
    for (int i = 0; i < commit_count; ++i) {
        Commit small = removing({path_of(i)});
        small.add = {file_of(file_count + i)};
        MUST(lake().commit(table, small, std::nullopt));
    }
    laps.lap("commit: one file in, one out", commit_count);
    // Version 1 and, once for what it added, a whole one.
    std::size_t large = 0;
    for (const auto& info : MUST(files_.list(on_disk(table + "/_versions"))))
        large += info.size > 2000 ? 1 : 0;
    EXPECT_LE(large, 2u);
    laps.lap("listing the version files");
    MUST(lake().current(table));
    laps.lap("current");
    open();
    laps.lap("open");
    const Version version = MUST(lake().current(table));
    EXPECT_EQ(version.number, commit_count + 1);
    EXPECT_EQ(version.files.size(), static_cast<std::size_t>(file_count));
    EXPECT_EQ(version.files.find(path_of(0)), nullptr);
    EXPECT_NE(version.files.find(path_of(file_count)), nullptr);
    EXPECT_EQ(version.row_count(), std::int64_t{file_count} * 1000);
    EXPECT_EQ(MUST(lake().sweep()), 0u);
    laps.lap("sweep");
}

}  // namespace

}  // namespace tradewind::lake
