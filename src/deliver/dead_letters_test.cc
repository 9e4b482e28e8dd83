// The dead letters' table: what is listed, and that a letter is replayed once for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/log.h"
#include "deliver/letters.h"
#include "deliver/simulated_machine.h"
#include "os/clock.h"
#include "os/temporary_folder.h"

namespace tradewind::deliver {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* good = R"({"invoice":"A1","quantity":3})";
constexpr const char* bad = R"({"invoice":"A1","quantity":"three"})";

std::shared_ptr<const contract::Contract> contract_of(const char* text) {
    return MUST(contract::parse_contract(MUST(yaml::parse(text, "orders.yml"))));
}

std::shared_ptr<const contract::Contract> orders() {
    return contract_of(
        "source: orders\nkind: stream\npartitions: 1\npartition_by: invoice\nfields:\n"
        "  invoice: {type: text, required: true}\n  quantity: {type: integer, required: true}\n"
    );
}

std::shared_ptr<const contract::Contract> price_lists() {
    return contract_of(
        "source: price_lists\nkind: files\nfields:\n  price: {type: integer, required: true}\n"
    );
}

// Fails the next statement that begins so, as a full disk or the end of the process would.
class FailingDatabase : public os::Database {
public:
    explicit FailingDatabase(os::Database& real) : real_(real) {}

    std::string fail_next;

    Result<std::vector<os::SqlRow>> run(
        std::string_view sql, const std::vector<os::SqlValue>& parameters
    ) override {
        if (!fail_next.empty() && sql.starts_with(fail_next)) {
            fail_next.clear();
            return Error(ErrorCode::Io, "made to fail by the test");
        }
        return real_.run(sql, parameters);
    }
    std::int64_t changes() override { return real_.changes(); }
    Result<void> transaction(const std::function<Result<void>()>& f) override {
        return real_.transaction(f);
    }
    Result<void> migrate(const std::vector<std::string_view>& scripts) override {
        return real_.migrate(scripts);
    }
    Result<void> backup_to(const std::string& path) override { return real_.backup_to(path); }

private:
    os::Database& real_;
};

constexpr const char* when_appended = "UPDATE dead_letters SET state = ? WHERE";
constexpr const char* before_append = "UPDATE dead_letters SET state = ?, replayed_as";

DeadLetter letter(const std::string& id, const std::string& original = bad) {
    DeadLetter letter;
    letter.id = id;
    letter.source = "orders";
    letter.stage = "door";
    letter.type = "wrong_type";
    letter.reason = "quantity: \"three\" is not an integer";
    letter.original = original;
    letter.captured_at = Timestamp{1'700'000'000'000'000};
    return letter;
}

class DeadLettersTest : public ::testing::Test {
protected:
    DeadLettersTest() {
        log::configure(log::Level::Off, log::Format::Text);
        open_stream();
        open();
    }

    void open_stream() {
        stream_.reset();
        stream::StreamOptions options;
        options.name = "orders";
        options.folder = folder_.path("stream");
        options.partition_count = 1;
        options.disk_reserve_bytes = 0;
        stream_ = MUST(stream::open_stream(options, folder_.path("q"), *files_, *clock_, metrics_));
    }
    void open(bool with_orders = true) {
        letters_.reset();
        std::vector<LetterSource> sources = {{price_lists(), nullptr}};
        if (with_orders) sources.push_back({orders(), stream_.get()});
        letters_ = MUST(open_dead_letters(database_, std::move(sources), metrics_));
        if (with_orders) letters_->on_look("orders", [] { return Result<void>(); });
    }
    void add(const std::vector<std::string>& ids) {
        std::vector<DeadLetter> added;
        for (const std::string& id : ids) added.push_back(letter(id));
        MUST(letters_->add(added));
    }

    std::vector<std::string> ids(const LetterFilter& filter = {}) {
        std::vector<std::string> found;
        for (const DeadLetter& each : MUST(letters_->list(filter)).letters)
            found.push_back(each.id);
        return found;
    }
    std::vector<std::string> appended() {
        std::vector<std::string> values;
        const stream::ReadBatch batch = MUST(stream_->read(Position(0), {}));
        for (const stream::Record& record : batch.records) values.emplace_back(record.value);
        return values;
    }
    LetterState state(const std::string& id) { return MUST(letters_->show(id)).state; }
    ErrorCode replay_error(
        const std::string& id, const std::optional<std::string>& repaired = std::nullopt
    ) {
        const auto answer = letters_->replay(id, repaired);
        EXPECT_FALSE(answer.ok());
        return answer.ok() ? ErrorCode::Cancelled : answer.error().code();
    }

    os::TemporaryFolder folder_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    std::unique_ptr<os::Clock> clock_ = os::make_system_clock();
    MetricsRegistry metrics_;
    std::unique_ptr<os::Database> real_ = MUST(os::Database::open(folder_.path("meta.sqlite")));
    FailingDatabase database_{*real_};
    std::unique_ptr<stream::Stream> stream_;
    std::unique_ptr<DeadLetters> letters_;
};

TEST_F(DeadLettersTest, PagesAreNewestFirstAndDoNotShift) {
    // Proves that following next_cursor gives every letter once, though new ones come in meanwhile.
    add({"a", "b", "c", "d", "e"});
    LetterFilter filter;
    filter.limit = 2;
    LetterPage page = MUST(letters_->list(filter));
    std::vector<std::string> seen;
    for (;;) {
        for (const DeadLetter& each : page.letters) seen.push_back(each.id);
        if (!page.next_cursor) break;
        add({"later than " + seen.back()});
        filter.cursor = page.next_cursor;
        page = MUST(letters_->list(filter));
    }
    EXPECT_THAT(seen, ElementsAre("e", "d", "c", "b", "a"));
}

TEST_F(DeadLettersTest, ABadCursorIsRefusedAndALimitIsBrought) {
    // Proves that a cursor of somebody else is an error with a hint, and no limit asks for nothing.
    add({"a", "b"});
    LetterFilter filter;
    for (const char* cursor : {"", "!", "bm90IGEgbnVtYmVy"}) {
        filter.cursor = cursor;
        const auto page = letters_->list(filter);
        ASSERT_FALSE(page.ok()) << cursor;
        EXPECT_EQ(page.error().code(), ErrorCode::InvalidArgument);
        EXPECT_THAT(page.error().hint(), HasSubstr("next_cursor"));
    }
    filter.cursor.reset();
    filter.limit = 0;
    EXPECT_THAT(ids(filter), ElementsAre("b"));
}

TEST_F(DeadLettersTest, FiltersBySourceAndState) {
    // Proves that each state and each source is found alone, and that what is being replayed is
    // open.
    add({"open", "replaying", "replayed", "discarded"});
    DeadLetter other = letter("other");
    other.source = "price_lists";
    MUST(letters_->add({other}));
    MUST(letters_->replay("replayed", good));
    MUST(letters_->discard("discarded"));
    database_.fail_next = when_appended;
    EXPECT_EQ(replay_error("replaying", good), ErrorCode::Io);
    LetterFilter filter;
    filter.source = "orders";
    filter.state = LetterState::Open;
    EXPECT_THAT(ids(filter), ElementsAre("replaying", "open"));
    filter.state = LetterState::Replayed;
    EXPECT_THAT(ids(filter), ElementsAre("replayed"));
    filter.state = LetterState::Discarded;
    EXPECT_THAT(ids(filter), ElementsAre("discarded"));
    filter = {};
    filter.source = "price_lists";
    EXPECT_THAT(ids(filter), ElementsAre("other"));
    EXPECT_EQ(MUST(letters_->open_count("orders")), 2);
}

TEST_F(DeadLettersTest, TheSameLetterAgainChangesNothing) {
    // Proves that a stretch of the stream read again after a crash leaves letters as people left
    // them.
    add({"a", "b"});
    MUST(letters_->discard("a"));
    MUST(letters_->add_up_to("orders", {letter("a"), letter("b"), letter("c")}, Position(3)));
    EXPECT_THAT(ids(), ElementsAre("c", "b", "a"));
    EXPECT_EQ(state("a"), LetterState::Discarded);
    EXPECT_EQ(MUST(letters_->position("orders")), Position(3));
    EXPECT_EQ(MUST(letters_->position("others")), Position(0));
}

TEST_F(DeadLettersTest, IdsComeFromTheRecordsPlace) {
    // Proves that each stage's id depends on nothing but where the record stands, and that rows of
    // one line, which a JSON file has, are letters of their own.
    stream::Record refused;
    refused.request_id = "00ff";
    refused.index = 7;
    EXPECT_EQ(letter_of_door("orders", refused).id, "orders/request/00ff/7");
    Failure failure;
    failure.partition = PartitionId(2);
    failure.offset = Offset(40);
    EXPECT_EQ(letter_of_delivery("orders", failure).id, "orders/2/40");
    LoadTicket ticket;
    ticket.origin = OriginId(5);
    ticket.identity = "one-line.json";
    const DeadLetter first = letter_of_import("orders", ticket, {1, 1, {}, "{}"});
    const DeadLetter second = letter_of_import("orders", ticket, {2, 1, {}, "{}"});
    EXPECT_EQ(first.id, "import/5/1");
    EXPECT_EQ(second.id, "import/5/2");
    EXPECT_EQ(second.line, 1);
    MUST(letters_->add({first, second}));
    EXPECT_EQ(MUST(letters_->open_count("orders")), 2);
}

TEST_F(DeadLettersTest, KeepsTheBytesAsTheyCame) {
    // Proves that bytes that are no text come back unchanged.
    const std::string bytes("\xff\x00\xfe{\r\n", 6);
    MUST(letters_->add({letter("a", bytes)}));
    EXPECT_EQ(MUST(letters_->show("a")).original, bytes);
}

TEST_F(DeadLettersTest, ReplaysOnceForEver) {
    // Proves that a letter goes into its stream once, and that this is known after a restart.
    MUST(letters_->add({letter("a", good)}));
    EXPECT_EQ(MUST(letters_->replay("a", std::nullopt)).accepted, 1);
    EXPECT_EQ(state("a"), LetterState::Replayed);
    EXPECT_EQ(replay_error("a"), ErrorCode::Conflict);
    open_stream();
    open();
    EXPECT_EQ(replay_error("a", good), ErrorCode::Conflict);
    EXPECT_THAT(appended(), ElementsAre(good));
}

TEST_F(DeadLettersTest, WhatStillBreaksTheContractStaysOpen) {
    // Proves that a letter without a repair is refused with the reason, and a repaired one goes in.
    add({"a"});
    const auto refused = letters_->replay("a", std::nullopt);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(refused.error().message(), HasSubstr("quantity"));
    EXPECT_EQ(replay_error("a", "not json"), ErrorCode::InvalidArgument);
    EXPECT_EQ(replay_error("a", ""), ErrorCode::InvalidArgument);
    EXPECT_EQ(state("a"), LetterState::Open);
    MUST(letters_->replay("a", good));
    EXPECT_THAT(appended(), ElementsAre(good));
}

TEST_F(DeadLettersTest, AnImportedRowIsReplayedAsTheRecordItStandsFor) {
    // Proves that a file's row, whose original is a line of CSV, is sent as a record.
    DeadLetter row = letter("import/1/7", "A1,3");
    row.record = good;
    MUST(letters_->add({row}));
    MUST(letters_->replay("import/1/7", std::nullopt));
    EXPECT_THAT(appended(), ElementsAre(good));
}

TEST_F(DeadLettersTest, WhatCannotBeReplayedSaysWhy) {
    // Proves the errors for an unknown letter, a source that is gone, and one that takes files
    // only.
    EXPECT_EQ(replay_error("nobody"), ErrorCode::NotFound);
    EXPECT_EQ(letters_->show("nobody").error().code(), ErrorCode::NotFound);
    EXPECT_EQ(letters_->discard("nobody").error().code(), ErrorCode::NotFound);
    DeadLetter of_files = letter("files", R"({"price":1})");
    of_files.source = "price_lists";
    MUST(letters_->add({letter("a", good), of_files}));
    EXPECT_EQ(replay_error("files"), ErrorCode::InvalidArgument);
    open(false);
    const auto gone = letters_->replay("a", std::nullopt);
    ASSERT_FALSE(gone.ok());
    EXPECT_EQ(gone.error().code(), ErrorCode::NotFound);
    EXPECT_THAT(gone.error().hint(), HasSubstr("package"));
    open();
    EXPECT_EQ(state("a"), LetterState::Open);
}

TEST_F(DeadLettersTest, WhatIsDiscardedIsNotReplayed) {
    // Proves that discarding is final, too.
    MUST(letters_->add({letter("a", good)}));
    MUST(letters_->discard("a"));
    EXPECT_EQ(replay_error("a"), ErrorCode::Conflict);
    EXPECT_EQ(letters_->discard("a").error().code(), ErrorCode::Conflict);
    EXPECT_TRUE(appended().empty());
}

TEST_F(DeadLettersTest, ACrashAfterTheAppendIsFinishedAtTheNextStart) {
    // Proves that a record that went in, though nobody noted it, does not go in again.
    add({"a"});
    database_.fail_next = when_appended;
    EXPECT_EQ(replay_error("a", good), ErrorCode::Io);
    EXPECT_EQ(state("a"), LetterState::Replaying);
    // Nor can it be discarded meanwhile.
    EXPECT_EQ(letters_->discard("a").error().code(), ErrorCode::Conflict);
    open_stream();
    open();
    EXPECT_EQ(state("a"), LetterState::Replayed);
    EXPECT_THAT(appended(), ElementsAre(good));
}

TEST_F(DeadLettersTest, ACrashBeforeTheAppendIsFinishedAtTheNextStart) {
    // Proves that a replay that was promised to the table goes in with the repaired bytes.
    add({"a"});
    MUST(stream_->stop());
    EXPECT_EQ(replay_error("a", good), ErrorCode::Unavailable);
    EXPECT_TRUE(appended().empty());
    open_stream();
    open();
    EXPECT_EQ(state("a"), LetterState::Replayed);
    EXPECT_THAT(appended(), ElementsAre(good));
}

TEST_F(DeadLettersTest, AReplayIsFinishedOnceItsSourceIsOpen) {
    // Proves that nothing is appended before the source's sinks told its stream how far they are.
    add({"a"});
    MUST(stream_->stop());
    EXPECT_EQ(replay_error("a", good), ErrorCode::Unavailable);
    open_stream();
    letters_ = MUST(open_dead_letters(database_, {{orders(), stream_.get()}}, metrics_));
    letters_->on_look("others", [] { return Result<void>(); });
    EXPECT_TRUE(appended().empty());
    letters_->on_look("orders", [] { return Result<void>(); });
    EXPECT_THAT(appended(), ElementsAre(good));
}

TEST_F(DeadLettersTest, ACrashBeforeAnythingLeavesTheLetterOpen) {
    // Proves that a replay of which the table knows nothing did not happen.
    add({"a"});
    database_.fail_next = before_append;
    EXPECT_EQ(replay_error("a", good), ErrorCode::Io);
    open_stream();
    open();
    EXPECT_EQ(state("a"), LetterState::Open);
    EXPECT_TRUE(appended().empty());
}

TEST_F(DeadLettersTest, AnotherRepairAfterTheFirstWentInIsRefused) {
    // Proves that the key decides, not the body: a second form of the record does not go in.
    add({"a"});
    database_.fail_next = when_appended;
    EXPECT_EQ(replay_error("a", good), ErrorCode::Io);
    EXPECT_EQ(replay_error("a", R"({"invoice":"A1","quantity":4})"), ErrorCode::Conflict);
    EXPECT_EQ(state("a"), LetterState::Replayed);
    EXPECT_THAT(appended(), ElementsAre(good));
}

TEST_F(DeadLettersTest, ReplaysAtTheSameTimeAreOne) {
    // Proves that of many who replay a letter at once one succeeds and all others hear so.
    for (int round = 0; round < 20; ++round) {
        const std::string id = "letter " + std::to_string(round);
        add({id});
        std::atomic<int> succeeded{0};
        std::atomic<int> refused{0};
        std::vector<std::thread> people;
        for (int i = 0; i < 4; ++i) {
            people.emplace_back([&] {
                const auto answer = letters_->replay(id, good);
                if (answer.ok()) ++succeeded;
                if (!answer.ok() && answer.error().code() == ErrorCode::Conflict) ++refused;
            });
        }
        for (std::thread& person : people) person.join();
        EXPECT_EQ(succeeded, 1);
        EXPECT_EQ(refused, 3);
    }
    EXPECT_EQ(appended().size(), 20u);
}

TEST_F(DeadLettersTest, TakesBackTheOpenLettersOfOneImport) {
    // Proves that a correction removes its predecessor's letters, no other import's, and none that
    // somebody dealt with.
    DeadLetter done = letter("import/1/4", good);
    MUST(letters_->add({done}));
    add({"import/1/2", "import/1/30", "import/11/2", "import/2/1", "orders/1/2"});
    MUST(letters_->replay("import/1/4", std::nullopt));
    MUST(letters_->remove_import(OriginId(1)));
    EXPECT_THAT(ids(), ElementsAre("orders/1/2", "import/2/1", "import/11/2", "import/1/4"));
}

TEST_F(DeadLettersTest, LooksAtTheStreamFirst) {
    // Proves that whoever lists, shows or replays sees what the stream held when he asked, and that
    // a source that cannot be read keeps nobody from what is there.
    letters_->on_look("orders", [&] { return letters_->add({letter("just rejected", good)}); });
    EXPECT_THAT(ids(), ElementsAre("just rejected"));
    MUST(letters_->replay("just rejected", std::nullopt));
    letters_->on_look("orders", [] { return Error(ErrorCode::Io, "the stream cannot be read"); });
    letters_->on_look("price_lists", [&] { return letters_->add({letter("from a file")}); });
    EXPECT_THAT(ids(), ElementsAre("from a file", "just rejected"));
    EXPECT_EQ(state("just rejected"), LetterState::Replayed);
    MUST(letters_->replay("from a file", good));
    letters_->on_look("orders", nullptr);
    letters_->on_look("price_lists", nullptr);
    EXPECT_EQ(ids().size(), 2u);
}

}  // namespace

}  // namespace tradewind::deliver
