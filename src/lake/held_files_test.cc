#include "lake/held_files.h"

#include <gtest/gtest.h>

namespace tradewind::lake {

namespace {

using Outcome = HeldFiles::Outcome;

std::vector<DataFile> files_named(const std::string& path) {
    DataFile file;
    file.path = path;
    return {file};
}

// Would a sweep take it now?
bool sweepable(HeldFiles& held, const std::string& path) {
    return MUST(held.remove_unheld(path, [] { return Result<void>(); }));
}

bool discarded(HeldFiles& held, const std::string& path) {
    bool removed = false;
    MUST(held.discard(path, [&] {
        removed = true;
        return Result<void>();
    }));
    return removed;
}

TEST(HeldFiles, ACommitDuringASweepKeepsItsFilesHeldUntilTheSweepEnds) {
    // Proves that a sweep that looked at the versions before a commit does not take the files that
    // the commit named since.
    HeldFiles held;
    held.begin_sweep();
    held.begin_commit(files_named("a"));
    held.end_commit(files_named("a"), Outcome::Committed);
    EXPECT_FALSE(sweepable(held, "a"));
    // Named again by the next commit, over the end of the sweep.
    held.begin_commit(files_named("a"));
    held.end_sweep();
    EXPECT_FALSE(sweepable(held, "a"));
    held.end_commit(files_named("a"), Outcome::Committed);
    EXPECT_TRUE(sweepable(held, "a"));
}

TEST(HeldFiles, AFailedCommitLeavesItsFilesAsTheyWere) {
    // Proves that what a writer held stays his, to commit again or to discard, and what nobody held
    // is free.
    HeldFiles held;
    MUST(held.hold("mine"));
    held.finished(files_named("mine")[0]);
    for (const std::string path : {"mine", "nobodys"}) {
        held.begin_commit(files_named(path));
        EXPECT_FALSE(sweepable(held, path));
        EXPECT_FALSE(discarded(held, path));
        held.end_commit(files_named(path), Outcome::Failed);
    }
    EXPECT_FALSE(sweepable(held, "mine"));
    EXPECT_TRUE(sweepable(held, "nobodys"));
    EXPECT_TRUE(discarded(held, "mine"));
    EXPECT_TRUE(sweepable(held, "mine"));
}

TEST(HeldFiles, WhatIsInDoubtStays) {
    // Proves that neither sweep nor discard touch a file that the medium may name.
    HeldFiles held;
    MUST(held.hold("a"));
    held.finished(files_named("a")[0]);
    held.begin_commit(files_named("a"));
    held.end_commit(files_named("a"), Outcome::InDoubt);
    EXPECT_FALSE(discarded(held, "a"));
    EXPECT_FALSE(sweepable(held, "a"));
    // A second try may succeed all the same.
    held.begin_commit(files_named("a"));
    held.end_commit(files_named("a"), Outcome::Committed);
    EXPECT_FALSE(sweepable(held, "a"));
}

TEST(HeldFiles, OnlyWhatIsFinishedCanBeDiscarded) {
    // Proves that a file still being written is not pulled away under its writer.
    HeldFiles held;
    MUST(held.hold("a"));
    EXPECT_EQ(held.hold("a").error().code(), ErrorCode::AlreadyExists);
    EXPECT_FALSE(discarded(held, "a"));
    EXPECT_FALSE(held.find("a"));
    held.finished(files_named("a")[0]);
    EXPECT_TRUE(held.find("a"));
    EXPECT_TRUE(discarded(held, "a"));
    EXPECT_TRUE(held.hold("a").ok());
    held.release("a");
    EXPECT_TRUE(held.hold("a").ok());
}

TEST(HeldFiles, ADiscardThatFailsCanBeRepeated) {
    // Proves that the path stays held as long as its file could not be removed.
    HeldFiles held;
    MUST(held.hold("a"));
    held.finished(files_named("a")[0]);
    EXPECT_FALSE(held.discard("a", [] { return Result<void>(Error(ErrorCode::Io, "no")); }).ok());
    EXPECT_EQ(held.hold("a").error().code(), ErrorCode::AlreadyExists);
    EXPECT_TRUE(discarded(held, "a"));
}

}  // namespace

}  // namespace tradewind::lake
