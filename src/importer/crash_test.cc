// Power cuts at every durable step of an import, its records' writes included: after the next start
// everything is there once.
#include <gtest/gtest.h>

#include "importer/test_support.h"

namespace tradewind::importer {
namespace {

using testing_support::Rows;

class CrashTest : public testing_support::ImporterTest {
protected:
    void reset_workspace() {
        importer_.reset();
        database_.reset();
        MUST(os::remove_tree(*files_, folder_));
        MUST(files_->create_folders(targets_.lake_folder));
        targets_.serving.clear();
        targets_.serving_cursor.clear();
        targets_.table.clear();
        targets_.letters.clear();
        targets_.originals.clear();
        targets_.power.restore();
    }

    // Runs until the import ended or the power is gone. The import's id; 0: it was never recorded.
    std::int64_t run_until_cut(const ImportRequest& wanted) {
        if (!try_open().ok() || !importer_->start().ok()) return 0;
        const auto queued = importer_->submit({wanted});
        if (!queued.ok()) return 0;
        await_end_or_cut(queued.value().front().id);
        return queued.value().front().id;
    }
    void await_end_or_cut(std::int64_t id) {
        while (!targets_.power.gone()) {
            const auto now = importer_->wait(id, 2'000);
            if (now.ok() && now.value().state != ImportState::Queued &&
                now.value().state != ImportState::Running) {
                break;
            }
        }
        importer_->stop();
    }
    bool was_cut() {
        const bool cut = targets_.power.gone();
        targets_.power.restore();
        return cut;
    }
    // How many imports the records hold that have not ended.
    std::size_t unfinished_count() {
        const auto rows = database_->run("SELECT id FROM imports WHERE finished = 0", {});
        return rows.ok() ? rows->size() : 0;  // cut before the table was made
    }
    // The state after a start with power, all work done.
    Import settled(const ImportRequest& wanted) {
        start();
        auto known = MUST(importer_->list({}, 1));
        const std::int64_t before = last_id_;
        if (known.empty() || known.front().id == before) return run(wanted);
        return wait(known.front().id);
    }

    std::int64_t last_id_ = 0;
};

// A first delivery, with a rejected row, cut at every step.
TEST_F(CrashTest, FirstDelivery) {
    int steps = 0;
    for (bool cut = true; cut; ++steps) {
        SCOPED_TRACE("cut after step " + std::to_string(steps));
        reset_workspace();
        const ImportRequest wanted = request(write("a.csv", lines(10) + "bad,row\n"));
        targets_.power.cut_after(steps);
        run_until_cut(wanted);
        cut = was_cut();
        const Import done = settled(wanted);
        EXPECT_EQ(done.state, ImportState::Succeeded) << done.message;
        EXPECT_EQ(done.rejected_count, 1);
        expect_held({{done.id, rows(10)}});
        EXPECT_EQ(targets_.letters[done.id].size(), 1U);
        EXPECT_EQ(run(wanted).state, ImportState::Skipped);
    }
    EXPECT_GT(steps, 20);
}

// A correction cut at every step: before the end the old rows or the new ones, in the end the new.
TEST_F(CrashTest, Correction) {
    int steps = 0;
    for (bool cut = true; cut; ++steps) {
        SCOPED_TRACE("cut after step " + std::to_string(steps));
        reset_workspace();
        const ImportRequest wanted = request(write("a.csv", lines(10)));
        start();
        last_id_ = run(wanted).id;
        write("a.csv", lines(7, "J"));
        targets_.power.cut_after(steps);
        run_until_cut(wanted);
        cut = was_cut();
        const Import done = settled(wanted);
        EXPECT_EQ(done.state, ImportState::Succeeded) << done.message;
        EXPECT_EQ(done.replaces, last_id_);
        EXPECT_EQ(done.replaced_count, 10);
        expect_held({{done.id, rows(7, "J")}});
    }
    EXPECT_GT(steps, 20);
}

// A damaged file cut at every step: in the end nothing of it is there.
TEST_F(CrashTest, DamagedFile) {
    int steps = 0;
    for (bool cut = true; cut; ++steps) {
        SCOPED_TRACE("cut after step " + std::to_string(steps));
        reset_workspace();
        const ImportRequest wanted = request(write("a.csv", lines(10) + "#DAMAGE\n"));
        targets_.power.cut_after(steps);
        run_until_cut(wanted);
        cut = was_cut();
        const std::size_t interrupted = unfinished_count();
        EXPECT_TRUE(cut || interrupted == 0);
        const Import done = settled(wanted);
        EXPECT_EQ(done.state, ImportState::Failed);
        EXPECT_EQ(done.message, "cut off in line 12");
        expect_held({});
        EXPECT_EQ(MUST(importer_->resume()).size(), interrupted);
    }
    EXPECT_GT(steps, 20);
}

// Power goes twice, at every pair of steps.
TEST_F(CrashTest, Twice) {
    for (int first = 12; first < 40; ++first) {
        for (int second = 0; second < 30; second += 3) {
            SCOPED_TRACE(std::to_string(first) + ", then " + std::to_string(second));
            reset_workspace();
            const ImportRequest wanted = request(write("a.csv", lines(10)));
            targets_.power.cut_after(first);
            const std::int64_t id = run_until_cut(wanted);
            targets_.power.cut_after(second);
            if (id != 0 && try_open().ok() && importer_->start().ok()) await_end_or_cut(id);
            was_cut();
            const Import done = settled(wanted);
            EXPECT_EQ(done.state, ImportState::Succeeded) << done.message;
            expect_held({{done.id, rows(10)}});
        }
    }
}

// The delivered file is gone or another one by the time of the restart: what was kept counts; if
// nothing was kept yet, the import of a missing file fails and leaves nothing.
TEST_F(CrashTest, TheFileIsGoneOrChanged) {
    for (const bool changed : {false, true}) {
        bool kept_seen = false;
        bool not_kept_seen = false;
        bool cut = true;
        for (int steps = 0; cut; ++steps) {
            SCOPED_TRACE("cut after step " + std::to_string(steps));
            reset_workspace();
            const std::string path = write("a.csv", lines(10));
            targets_.power.cut_after(steps);
            const std::int64_t id = run_until_cut(request(path));
            cut = was_cut();
            if (id == 0) continue;
            MUST(files_->remove(path));
            if (changed) write("a.csv", lines(6, "J"));
            const bool kept = targets_.originals.contains(id);
            (kept ? kept_seen : not_kept_seen) = true;
            start();
            const Import done = wait(id);
            if (kept || changed) {
                EXPECT_EQ(done.state, ImportState::Succeeded) << done.message;
                expect_held({{id, kept ? rows(10) : rows(6, "J")}});
            } else {
                EXPECT_EQ(done.state, ImportState::Failed);
                expect_held({});
            }
        }
        EXPECT_TRUE(kept_seen);
        EXPECT_TRUE(not_kept_seen);
    }
}

}  // namespace
}  // namespace tradewind::importer
