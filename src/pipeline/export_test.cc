// An export's file is written when it would be another, or is not as it was left, and else stays.
#include <sys/stat.h>

#include <fstream>

#include "pipeline/test_kit.h"

namespace tradewind::pipeline {
namespace {

class ExportTest : public PipelineTest {
protected:
    void SetUp() override { deliver("('b', 'FR', '2026-01-01', 5), ('a', 'DE', '2026-01-01', 7)"); }

    static std::map<std::string, std::string> package(const std::string& options = "") {
        return {
            {"totals", "SELECT order_no, amount FROM raw.orders"},
            {"out",
             "/* asset: {materialize: export" + options +
                 "} */ SELECT order_no, amount FROM totals ORDER BY order_no"}
        };
    }
    std::string file() const { return path("exports/shop/out.csv"); }
    std::string text() { return take(os::read_file(*files_, file(), 1000)); }
    // Which file it is: one that is written anew is another.
    ino_t inode() const {
        struct stat info {};
        return ::stat(file().c_str(), &info) == 0 ? info.st_ino : 0;
    }
    RunState outcome(bool force = false) { return of(run({}, force), "out").state; }
};

// The second run has nothing to do: the very file stays, and the run says where it is.
TEST_F(ExportTest, StaysWhereNothingChanged) {
    start(package());
    const auto made = run();
    EXPECT_EQ(of(made, "out").state, RunState::Succeeded);
    EXPECT_EQ(of(made, "out").files_written, 1);
    const ino_t before = inode();
    const auto again = run();
    const AssetRun& kept = of(again, "out");
    EXPECT_EQ(kept.state, RunState::Skipped);
    EXPECT_EQ(kept.message, "up to date: " + file());
    EXPECT_EQ(kept.rows_out, 2);
    EXPECT_EQ(kept.files_kept, 1);
    EXPECT_EQ(kept.files_written, 0);
    EXPECT_EQ(inode(), before);
    // The next start knows it too.
    start(package());
    EXPECT_EQ(outcome(), RunState::Skipped);
}

// Who asks for it with force gets it anew.
TEST_F(ExportTest, ForceWritesIt) {
    start(package());
    EXPECT_EQ(outcome(), RunState::Succeeded);
    EXPECT_EQ(outcome(true), RunState::Succeeded);
    EXPECT_EQ(outcome(), RunState::Skipped);
}

// What it reads has a new version: it is made of that.
TEST_F(ExportTest, FollowsItsInputs) {
    start(package());
    EXPECT_EQ(outcome(), RunState::Succeeded);
    deliver("('c', 'UK', '2026-01-02', 9)");
    EXPECT_EQ(outcome(), RunState::Succeeded);
    EXPECT_EQ(text(), "order_no,amount\na,7\nb,5\nc,9\n");
    EXPECT_EQ(outcome(), RunState::Skipped);
}

// A file that somebody took away or changed is written again, also where its size is as before.
TEST_F(ExportTest, MendsItsFile) {
    start(package());
    EXPECT_EQ(outcome(), RunState::Succeeded);
    const std::string whole = text();
    std::filesystem::remove(file());
    EXPECT_EQ(outcome(), RunState::Succeeded);
    EXPECT_EQ(text(), whole);
    std::ofstream(file(), std::ios::app) << "c,9\n";
    EXPECT_EQ(outcome(), RunState::Succeeded);
    EXPECT_EQ(text(), whole);
    const auto written_at = std::filesystem::last_write_time(file());
    std::ofstream(file()) << std::string(whole.size(), 'x');
    std::filesystem::last_write_time(file(), written_at + std::chrono::seconds(1));
    EXPECT_EQ(outcome(), RunState::Succeeded);
    EXPECT_EQ(text(), whole);
    EXPECT_EQ(outcome(), RunState::Skipped);
}

// Another way to write it, or another statement, is another file.
TEST_F(ExportTest, FollowsItsOptionsAndStatement) {
    start(package());
    EXPECT_EQ(outcome(), RunState::Succeeded);
    start(package(", export: {header: false}"));
    EXPECT_EQ(outcome(), RunState::Succeeded);
    EXPECT_EQ(text(), "a,7\nb,5\n");
    auto other = package();
    other["out"] = "/* asset: {materialize: export} */ SELECT order_no FROM totals ORDER BY 1";
    start(other);
    EXPECT_EQ(outcome(), RunState::Succeeded);
    EXPECT_EQ(text(), "order_no\na\nb\n");
    EXPECT_EQ(outcome(), RunState::Skipped);
    start(package(", export: {file: other}"));
    EXPECT_EQ(outcome(), RunState::Succeeded);
    EXPECT_TRUE(std::filesystem::exists(path("exports/shop/other.csv")));
}

// A run with other parameters writes it where its SQL reads them, and only there.
TEST_F(ExportTest, FollowsParametersThatItReads) {
    auto both = package();
    both["day"] =
        "/* asset: {materialize: export} */ SELECT value FROM run.params WHERE name = 'day'";
    start(both);
    const auto run_of = [&](const std::string& day) {
        RunRequest request;
        request.package = "shop";
        request.params = {{"day", day}};
        return run_request(request);
    };
    EXPECT_EQ(of(run_of("mon"), "day").state, RunState::Succeeded);
    EXPECT_EQ(of(run_of("mon"), "day").state, RunState::Skipped);
    const auto other = run_of("tue");
    EXPECT_EQ(of(other, "day").state, RunState::Succeeded);
    EXPECT_EQ(of(other, "out").state, RunState::Skipped);
    EXPECT_EQ(take(os::read_file(*files_, path("exports/shop/day.csv"), 100)), "value\ntue\n");
}

// As after a crash between the file and its note: it is written once more.
TEST_F(ExportTest, WithoutANoteItIsWritten) {
    start(package());
    EXPECT_EQ(outcome(), RunState::Succeeded);
    ASSERT_TRUE(database_->run("DELETE FROM made_assets").ok());
    EXPECT_EQ(outcome(), RunState::Succeeded);
    EXPECT_EQ(outcome(), RunState::Skipped);
}

// One whose checks refused the rows is asked again, and the file before stays.
TEST_F(ExportTest, RefusedRowsAreNotTakenForWritten) {
    start(package(", checks: [{max: {column: amount, value: 8}}]"));
    EXPECT_EQ(outcome(), RunState::Succeeded);
    const ino_t before = inode();
    deliver("('c', 'UK', '2026-01-02', 9)");
    EXPECT_EQ(outcome(), RunState::Failed);
    EXPECT_EQ(outcome(), RunState::Failed);
    EXPECT_EQ(inode(), before);
}

// A view's checks are asked again where their outcome could be another, and only there.
TEST_F(ExportTest, ViewsAreCheckedWhenSomethingChanged) {
    const auto with = [](const std::string& checks) -> std::map<std::string, std::string> {
        return {
            {"totals", "SELECT order_no, amount FROM raw.orders"},
            {"v", "/* asset: {materialize: view, checks: [" + checks + "]} */ SELECT * FROM totals"}
        };
    };
    const auto state = [&](bool force = false) { return of(run({}, force), "v").state; };
    start(with("{max: {column: amount, value: 8}}"));
    EXPECT_EQ(state(), RunState::Succeeded);
    EXPECT_EQ(state(), RunState::Skipped);
    EXPECT_EQ(state(true), RunState::Succeeded);
    // Another claim.
    start(with("{max: {column: amount, value: 6}}"));
    EXPECT_EQ(state(), RunState::Failed);
    EXPECT_EQ(state(), RunState::Failed);
    start(with("{row_count: {equals: raw.orders}}"));
    EXPECT_EQ(state(), RunState::Succeeded);
    EXPECT_EQ(state(), RunState::Skipped);
    // Other rows.
    deliver("('c', 'UK', '2026-01-02', 9)");
    EXPECT_EQ(state(), RunState::Succeeded);
    EXPECT_EQ(state(), RunState::Skipped);
}

}  // namespace
}  // namespace tradewind::pipeline
