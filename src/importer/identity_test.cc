// Which file is which: repeats, corrections, known bytes under other names (SYSTEMS.md, A6).
#include <gtest/gtest.h>

#include "importer/test_support.h"

namespace tradewind::importer {
namespace {

using IdentityTest = testing_support::ImporterTest;

// An identity is a path below landing and nothing else; one that is not is refused by name, and
// nothing is recorded of it.
TEST_F(IdentityTest, ArePathsBelowLanding) {
    for (const char* good : {"a.csv", "north/Dez 2010.csv", "..a/b..csv", ".hidden", "é/ü.csv"})
        EXPECT_TRUE(check_identity(good).ok()) << good;
    start();
    const std::string path = write("a.csv", lines(3));
    for (const std::string& bad :
         {std::string("../evil.csv"),
          std::string("a/../../evil.csv"),
          std::string("a/.."),
          std::string("./a.csv"),
          std::string("/etc/a.csv"),
          std::string("a//b.csv"),
          std::string("a/"),
          std::string("a\nb.csv"),
          std::string("a\x7f.csv"),
          std::string("a\xc2\x9b.csv"),
          std::string("a\0b.csv", 7),
          std::string("\xff.csv"),
          std::string(5000, 'a')}) {
        ImportRequest wanted = request(path);
        wanted.identity = bad;
        const auto submitted = importer_->submit({wanted});
        ASSERT_FALSE(submitted.ok()) << bad;
        EXPECT_EQ(submitted.error().code(), ErrorCode::InvalidArgument) << bad;
    }
    EXPECT_TRUE(MUST(importer_->list(std::nullopt, 10)).empty());
}

// The same name with the same bytes is skipped, however often, also after a restart.
TEST_F(IdentityTest, SkipsRepeats) {
    start();
    const std::string path = write("a.csv", lines(3));
    const Import first = run(path);
    for (int i = 0; i < 2; ++i) {
        start();
        const Import again = run(path);
        EXPECT_EQ(again.state, ImportState::Skipped);
        EXPECT_NE(again.message.find("as import " + std::to_string(first.id)), std::string::npos);
        EXPECT_EQ(again.row_count, 0);
    }
    ImportRequest wanted = request(path);
    wanted.again = true;  // is about other names
    EXPECT_EQ(run(wanted).state, ImportState::Skipped);
    expect_held({{first.id, rows(3)}});
    EXPECT_EQ(targets_.originals.size(), 1U);
}

// Records that were lost do not make an id be given twice: the rows of the old one are still there.
TEST_F(IdentityTest, NeverGivesAnIdThatRowsCarry) {
    settings_.ids_used = 41;
    start();
    EXPECT_EQ(run(write("a.csv", lines(3))).id, 42);
    settings_.ids_used = 7;  // what is known already counts
    start();
    EXPECT_EQ(run(write("b.csv", lines(2, "B"))).id, 43);
}

// Where the records were lost, the lake tells what came in: the same bytes are known, others
// correct.
TEST_F(IdentityTest, KnowsWhatTheLakeHolds) {
    start();
    const std::string path = write("a.csv", lines(5));
    const Import first = run(path);
    settings_.found_in_lake = {
        {41, first.source, "b.csv", first.content_hash, 5, 2},
        {40, first.source, "c.csv", "some hash", 0, 3},
        {first.id, first.source, "x.csv", "", 0}
    };
    settings_.ids_used = 41;
    start();
    EXPECT_EQ(importer_->show(first.id)->identity, "a.csv");  // what is recorded stays
    EXPECT_EQ(importer_->show(41)->row_count, 5);
    EXPECT_EQ(importer_->show(41)->rejected_count, 2);
    EXPECT_EQ(MUST(recorded_imports(*database_)), (std::set<std::int64_t>{first.id, 40, 41}));
    // Dead letters alone: it has failed, and stands for its file all the same.
    EXPECT_EQ(importer_->show(40)->state, ImportState::Failed);
    EXPECT_EQ(importer_->show(40)->rejected_count, 3);
    EXPECT_EQ(run(write("c.csv", lines(2, "C"))).replaces, 40);
    EXPECT_EQ(run(write("b.csv", lines(5))).state, ImportState::Skipped);
    const Import corrected = run(write("b.csv", lines(6)));
    EXPECT_EQ(corrected.state, ImportState::Succeeded);
    EXPECT_EQ(corrected.replaces, 41);
}

// The same name with other bytes replaces the rows of the delivery before it, and only of that.
TEST_F(IdentityTest, CorrectsWithOtherBytes) {
    start();
    const std::string path = write("a.csv", lines(5));
    const Import first = run(path);
    const Import other = run(write("b.csv", lines(2, "B")));
    write("a.csv", lines(4, "J"));
    const Import second = run(path);
    EXPECT_EQ(second.state, ImportState::Succeeded) << second.message;
    EXPECT_EQ(second.replaces, first.id);
    EXPECT_EQ(second.replaced_count, 5);
    expect_held({{other.id, rows(2, "B")}, {second.id, rows(4, "J")}});
    EXPECT_EQ(targets_.originals.size(), 3U);  // raw keeps both

    // Back to the first bytes: a correction of the correction.
    write("a.csv", lines(5));
    const Import third = run(path);
    EXPECT_EQ(third.replaces, second.id);
    expect_held({{other.id, rows(2, "B")}, {third.id, rows(5)}});
}

// A file that came in together with another of its name is the same file when it comes alone, and
// when its name is made otherwise; unless another file took its rows' place meanwhile.
TEST_F(IdentityTest, AFileKeepsItsNameWhateverComesWithIt) {
    start();
    const std::string one = write("d1/data.csv", lines(5));
    const std::string two = write("d2/data.csv", lines(5, "J"));
    const Import first = run(request(one, "d1/data.csv"));
    const Import second = run(request(two, "d2/data.csv"));
    write("d2/data.csv", lines(7, "K"));
    ImportRequest alone = request(two);
    alone.keep_identity = true;
    const Import corrected = run(alone);
    EXPECT_EQ(corrected.identity, "d2/data.csv");
    EXPECT_EQ(corrected.replaces, second.id);
    expect_held({{first.id, rows(5)}, {corrected.id, rows(7, "K")}});
    alone.identity = "below/d2/data.csv";
    EXPECT_EQ(run(alone).state, ImportState::Skipped);
    // Who says nothing of the path means the name that he gives.
    write("d2/data.csv", lines(8, "L"));
    EXPECT_EQ(run(request(two, "day 2.csv")).replaces, 0);
}

// A file that takes another's place only because they have one name says whose rows went, and how
// both can stay; doing so brings both in.
TEST_F(IdentityTest, SaysWhoseRowsWent) {
    start();
    const std::string one = write("d1/data.csv", lines(5));
    const std::string two = write("d2/data.csv", lines(3, "J"));
    ImportRequest wanted = request(one);
    wanted.keep_identity = true;
    run(wanted);
    wanted = request(two);
    wanted.keep_identity = true;
    const Import second = run(wanted);
    EXPECT_EQ(second.state, ImportState::Succeeded);
    EXPECT_EQ(
        second.message,
        "not the file of import 1, " + one +
            ", whose 5 rows it replaced: both are known as "
            "\"data.csv\". To keep both, import the two in one command, or the folder above them"
    );
    wanted = request(one, "d1/data.csv");
    wanted.keep_identity = true;
    const Import third = run(wanted);
    EXPECT_EQ(third.identity, "d1/data.csv");
    EXPECT_EQ(third.state, ImportState::Succeeded) << third.message;
    wanted = request(two, "d2/data.csv");
    wanted.keep_identity = true;
    EXPECT_EQ(run(wanted).state, ImportState::Skipped);
    expect_held({{second.id, rows(3, "J")}, {third.id, rows(5)}});
}

// A correction that cannot be used leaves the earlier delivery as it is.
TEST_F(IdentityTest, FailedCorrectionChangesNothing) {
    start();
    const std::string path = write("a.csv", lines(5));
    const Import first = run(path);
    write("a.csv", lines(9) + "#DAMAGE\n");
    EXPECT_EQ(run(path).state, ImportState::Failed);
    expect_held({{first.id, rows(5)}});
    write("a.csv", lines(5));
    EXPECT_EQ(run(path).state, ImportState::Skipped);
}

// A correction none of whose rows can be used is a mistake: it is refused with the first reasons,
// and the rows of the delivery before it stay.
TEST_F(IdentityTest, ACorrectionOfBadRowsAloneIsRefused) {
    start();
    const std::string path = write("a.csv", lines(5));
    const Import first = run(path);
    write("a.csv", "InvoiceNo,Quantity\nI1,six\nI2,seven\n");
    const Import second = run(path);
    EXPECT_EQ(second.state, ImportState::Refused);
    EXPECT_EQ(
        second.message,
        "none of its rows can be used, so the rows of the delivery before it stay. Line 2: "
        "quantity: \"six\" is not an integer; line 3: quantity: \"seven\" is not an integer. "
        "No dead letters are made of it: it is kept whole. Mend the file and import it again under "
        "the same name."
    );
    expect_held({{first.id, rows(5)}});
    write("a.csv", lines(6) + "I7,seven\n");
    EXPECT_EQ(run(path).row_count, 6);
}

// Known bytes under another name are refused, unless they are wanted twice.
TEST_F(IdentityTest, RefusesKnownBytesUnderAnotherName) {
    start();
    const Import first = run(write("a.csv", lines(3)));
    const std::string copy = write("copy of a.csv", lines(3));
    const Import refused = run(copy);
    EXPECT_EQ(refused.state, ImportState::Refused);
    for (const char* part : {"\"a.csv\"", "--again"}) {
        EXPECT_NE(refused.message.find(part), std::string::npos) << refused.message;
    }
    expect_held({{first.id, rows(3)}});

    ImportRequest wanted = request(copy);
    wanted.again = true;
    const Import second = run(wanted);
    EXPECT_EQ(second.state, ImportState::Succeeded) << second.message;
    EXPECT_EQ(second.replaces, 0);
    expect_held({{first.id, rows(3)}, {second.id, rows(3)}});
}

// Sources do not know of each other's files.
TEST_F(IdentityTest, SourcesAreApart) {
    start();
    const std::string path = write("a.csv", lines(3));
    const Import first = run(path);
    ImportRequest wanted = request(path);
    wanted.source = "store";
    const Import second = run(wanted);
    EXPECT_EQ(second.state, ImportState::Succeeded) << second.message;
    expect_held({{first.id, rows(3)}, {second.id, rows(3)}});
}

// Bytes that a correction took out are no longer known.
TEST_F(IdentityTest, CorrectedBytesMayComeBackUnderAnotherName) {
    start();
    const std::string path = write("a.csv", lines(3));
    run(path);
    write("a.csv", lines(4, "J"));
    const Import corrected = run(path);
    const Import moved = run(write("b.csv", lines(3)));
    EXPECT_EQ(moved.state, ImportState::Succeeded) << moved.message;
    expect_held({{corrected.id, rows(4, "J")}, {moved.id, rows(3)}});
}

// Two quiet days look alike: files without rows are never each other's copy.
TEST_F(IdentityTest, EmptyDaysAreNotCopies) {
    start();
    EXPECT_EQ(run(write("monday.csv", "InvoiceNo,Quantity\n")).state, ImportState::Succeeded);
    EXPECT_EQ(run(write("tuesday.csv", "InvoiceNo,Quantity\n")).state, ImportState::Succeeded);
}

// Identity is decided when the import runs: of two equal requests in one submission the second is
// a repeat.
TEST_F(IdentityTest, DecidesInTurn) {
    start();
    const std::string path = write("a.csv", lines(3));
    const auto queued = MUST(importer_->submit({request(path), request(path)}));
    EXPECT_EQ(wait(queued[1].id).state, ImportState::Skipped);
    expect_held({{queued[0].id, rows(3)}});
}

}  // namespace
}  // namespace tradewind::importer
