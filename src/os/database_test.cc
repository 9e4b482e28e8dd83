#include "os/database.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "os/database_copy.h"
#include "os/filesystem.h"
#include "os/temporary_folder.h"

namespace tradewind::os {
namespace {

class DatabaseTest : public testing::Test {
protected:
    DatabaseTest() : database_(MUST(Database::open(folder_.path("meta.sqlite")))) {
        MUST(database_->run("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, body BLOB)")
        );
    }
    std::int64_t count() {
        return integer_of(MUST(database_->run("SELECT count(*) FROM t"))[0][0]);
    }
    ErrorCode code(std::string_view sql, const std::vector<SqlValue>& parameters = {}) {
        const auto result = database_->run(sql, parameters);
        EXPECT_FALSE(result.ok()) << sql;
        return result.ok() ? ErrorCode::Cancelled : result.error().code();
    }
    Result<void> insert(std::int64_t id) {
        TRY(database_->run("INSERT INTO t (id) VALUES (?)", {id}));
        return {};
    }

    TemporaryFolder folder_;
    std::unique_ptr<Database> database_;
};

// A file that is no database, and one damaged inside, are Corruption with a way out.
TEST_F(DatabaseTest, RefusesDamage) {
    const auto files = make_posix_filesystem();
    MUST(write_file_atomic(*files, folder_.path("noise"), std::string(8192, 'n')));
    const auto opened = Database::open(folder_.path("noise"));
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code(), ErrorCode::Corruption);
    EXPECT_FALSE(opened.error().hint().empty());
    EXPECT_EQ(Database::open(folder_.path("absent/x")).error().code(), ErrorCode::Io);
}

// Every kind of value comes back as it went in: NUL bytes, empty blobs, extremes, null.
TEST_F(DatabaseTest, Values) {
    const std::string odd("a\0b\xff", 4);
    MUST(database_->run("INSERT INTO t VALUES (?, ?, ?)", {INT64_MIN, odd, Blob{odd}}));
    MUST(database_->run("INSERT INTO t VALUES (?, ?, ?)", {INT64_MAX, std::monostate{}, Blob{}}));
    const auto rows = MUST(database_->run("SELECT id, name, body, 0.5 FROM t ORDER BY id"));
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(integer_of(rows[0][0]), INT64_MIN);
    EXPECT_EQ(text_of(rows[0][1]), odd);
    EXPECT_EQ(std::get<Blob>(rows[0][2]).bytes, odd);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(rows[1][1]));
    EXPECT_TRUE(std::get<Blob>(rows[1][2]).bytes.empty());
    EXPECT_EQ(text_of(rows[0][3]), "0.5");
    EXPECT_EQ(text_of(rows[1][1]), "");
    EXPECT_EQ(text_of(rows[0][0]), "-9223372036854775808");
}

// What cannot run says why, by code and with the statement.
TEST_F(DatabaseTest, Refusals) {
    MUST(database_->run("INSERT INTO t (name) VALUES ('a')"));
    EXPECT_EQ(code("INSERT INTO t (name) VALUES ('a')"), ErrorCode::AlreadyExists);
    EXPECT_EQ(code("INSERT INTO t (id) VALUES (1)"), ErrorCode::AlreadyExists);
    EXPECT_EQ(code("SELEKT 1"), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("SELECT * FROM absent"), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("SELECT ?"), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("SELECT 1", {std::int64_t{1}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("DELETE FROM t; DROP TABLE t"), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("DELETE FROM t; nonsense"), ErrorCode::InvalidArgument);
    EXPECT_EQ(code(""), ErrorCode::InvalidArgument);
    EXPECT_EQ(code("-- nothing"), ErrorCode::InvalidArgument);
    EXPECT_TRUE(database_->run("SELECT 1; -- a comment may follow\n").ok());
    EXPECT_EQ(count(), 1);
}

// The same statement may be run again after a failure, with other values.
TEST_F(DatabaseTest, StatementsAreReusable) {
    const char* sql = "INSERT INTO t (name) VALUES (?)";
    MUST(database_->run(sql, {std::string("a")}));
    EXPECT_EQ(code(sql, {std::string("a")}), ErrorCode::AlreadyExists);
    MUST(database_->run(sql, {std::string("b")}));
    EXPECT_EQ(database_->changes(), 1);
    for (int i = 0; i < 1000; ++i) MUST(database_->run("SELECT " + std::to_string(i)));
    MUST(database_->run("ALTER TABLE t ADD COLUMN extra TEXT"));
    MUST(database_->run(sql, {std::string("c")}));
    EXPECT_EQ(count(), 3);
}

// A transaction that fails leaves nothing; one inside another can fail alone.
TEST_F(DatabaseTest, RollsBack) {
    const auto failed = database_->transaction([&]() -> Result<void> {
        TRY(insert(1));
        return Error(ErrorCode::Cancelled, "changed my mind");
    });
    EXPECT_EQ(failed.error().message(), "changed my mind");
    EXPECT_EQ(count(), 0);
    MUST(database_->transaction([&]() -> Result<void> {
        TRY(insert(1));
        const auto inner = database_->transaction([&]() -> Result<void> {
            TRY(insert(2));
            return insert(1);
        });
        EXPECT_EQ(inner.error().code(), ErrorCode::AlreadyExists);
        TRY(database_->transaction([&] { return insert(3); }));
        return {};
    }));
    const auto rows = MUST(database_->run("SELECT id FROM t ORDER BY id"));
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(integer_of(rows[1][0]), 3);
}

// A full disk makes SQLite roll back by itself; what a careless caller runs afterwards must not be
// committed statement by statement, and the transaction must not report success.
TEST_F(DatabaseTest, FullDatabase) {
    MUST(database_->run("PRAGMA max_page_count = 12"));
    std::vector<ErrorCode> codes;
    const auto result = database_->transaction([&]() -> Result<void> {
        for (std::int64_t i = 0; i < 40; ++i) {
            const auto put = database_->run(
                "INSERT INTO t (id, body) VALUES (?, ?)", {i, Blob{std::string(4000, 'x')}}
            );
            if (!put.ok()) codes.push_back(put.error().code());
        }
        return {};
    });
    ASSERT_FALSE(codes.empty());
    EXPECT_EQ(codes.front(), ErrorCode::ResourceExhausted);
    EXPECT_EQ(codes.back(), ErrorCode::Cancelled);
    EXPECT_EQ(result.error().code(), ErrorCode::Cancelled);
    EXPECT_EQ(count(), 0);
    EXPECT_TRUE(insert(1).ok());
}

// Statements of other threads do not come in between those of a transaction, and none is lost.
TEST_F(DatabaseTest, ThreadsTakeTurns) {
    MUST(insert(1));
    MUST(database_->run("UPDATE t SET name = '0'"));
    const auto work = [&] {
        for (int i = 0; i < 25; ++i) {
            MUST(database_->transaction([&]() -> Result<void> {
                const auto rows = TRY(database_->run("SELECT name FROM t"));
                TRY(database_->run(
                    "UPDATE t SET name = ?", {std::to_string(std::stoi(text_of(rows[0][0])) + 1)}
                ));
                return {};
            }));
        }
    };
    std::thread other(work);
    work();
    other.join();
    EXPECT_EQ(text_of(MUST(database_->run("SELECT name FROM t"))[0][0]), "50");
}

// Two connections to one file wait for each other instead of failing.
TEST_F(DatabaseTest, ConnectionsWait) {
    const auto other = MUST(Database::open(folder_.path("meta.sqlite")));
    std::thread writer([&] {
        for (std::int64_t i = 0; i < 50; ++i)
            EXPECT_TRUE(other->run("INSERT INTO t (id) VALUES (?)", {i}).ok());
    });
    for (std::int64_t i = 100; i < 150; ++i) EXPECT_TRUE(insert(i).ok());
    writer.join();
    EXPECT_EQ(count(), 100);
}

// Migrations run once, each wholly or not at all; a newer file is refused.
TEST_F(DatabaseTest, Migrates) {
    MUST(database_->migrate({"CREATE TABLE a (x); CREATE TABLE b (x);"}));
    MUST(database_->migrate({"CREATE TABLE a (x); CREATE TABLE b (x);"}));
    const auto failed = database_->migrate({"", "CREATE TABLE c (x); CREATE TABLE a (x);"});
    EXPECT_EQ(failed.error().code(), ErrorCode::InvalidArgument);
    EXPECT_FALSE(database_->run("SELECT * FROM c").ok());
    MUST(database_->migrate({"", "CREATE TABLE c (x);"}));
    EXPECT_TRUE(database_->run("SELECT * FROM c").ok());
    const auto older = database_->migrate({""});
    EXPECT_EQ(older.error().code(), ErrorCode::Conflict);
    EXPECT_FALSE(older.error().hint().empty());
}

// A backup is a database of its own, with all that was committed.
TEST_F(DatabaseTest, BacksUp) {
    for (std::int64_t i = 0; i < 200; ++i) MUST(insert(i));
    MUST(database_->backup_to(folder_.path("copy.sqlite")));
    MUST(insert(1000));
    const auto copy = MUST(Database::open(folder_.path("copy.sqlite")));
    EXPECT_EQ(integer_of(MUST(copy->run("SELECT count(*) FROM t"))[0][0]), 200);
    EXPECT_FALSE(database_->backup_to(folder_.path("absent/copy.sqlite")).ok());
    EXPECT_FALSE(database_->transaction([&] { return database_->backup_to(folder_.path("c2")); }
    ).ok());
}

// What was reported as committed is there after SIGKILL, and nothing is there by half.
TEST_F(DatabaseTest, SurvivesKill) {
    int out[2];
    ASSERT_EQ(pipe(out), 0);
    const std::string path = folder_.path("killed.sqlite");
    const pid_t child = fork();
    if (child == 0) {
        const auto own = MUST(Database::open(path));
        MUST(own->run("CREATE TABLE pairs (a INTEGER, b INTEGER)"));
        for (std::int64_t i = 1;; ++i) {
            MUST(own->transaction([&]() -> Result<void> {
                TRY(own->run("INSERT INTO pairs VALUES (?, 0)", {i}));
                TRY(own->run("UPDATE pairs SET b = a WHERE a = ?", {i}));
                return {};
            }));
            if (write(out[1], &i, sizeof i) != sizeof i) _exit(1);
        }
    }
    std::int64_t reported = 0;
    while (reported < 30)
        ASSERT_EQ(read(out[0], &reported, sizeof reported), static_cast<ssize_t>(sizeof reported));
    ASSERT_EQ(kill(child, SIGKILL), 0);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    close(out[0]);
    close(out[1]);
    const auto own = MUST(Database::open(path));
    EXPECT_GE(integer_of(MUST(own->run("SELECT count(*) FROM pairs WHERE a = b"))[0][0]), reported);
    EXPECT_EQ(integer_of(MUST(own->run("SELECT count(*) FROM pairs WHERE a <> b"))[0][0]), 0);
}

// Ids that were used elsewhere are not given again, whether or not the table ever had a row; and
// the number never goes back.
TEST_F(DatabaseTest, UsedIdsAreSkipped) {
    MUST(database_->run("CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)"));
    const auto next = [&] {
        MUST(database_->run("INSERT INTO runs (name) VALUES ('x')"));
        return integer_of(MUST(database_->run("SELECT last_insert_rowid()"))[0][0]);
    };
    MUST(skip_ids(*database_, "runs", 0));
    MUST(skip_ids(*database_, "runs", 41));
    EXPECT_EQ(next(), 42);
    MUST(skip_ids(*database_, "runs", 7));
    EXPECT_EQ(next(), 43);
    MUST(skip_ids(*database_, "runs", 50));
    MUST(database_->run("DELETE FROM runs"));
    EXPECT_EQ(next(), 51);
}

// A copy has what stands only in the log that a kill left behind, writes to neither file, and keeps
// what is changed in it to itself.
TEST_F(DatabaseTest, ACopyHasTheLogAndChangesNothing) {
    const std::string killed = folder_.path("killed.sqlite");
    const auto files = make_posix_filesystem();
    MUST(insert(7));
    for (const char* end : {"", "-wal"}) {
        auto from = MUST(files->open(folder_.path("meta.sqlite") + end, OpenMode::Read));
        auto to = MUST(files->open(killed + end, OpenMode::CreateNew));
        const std::string bytes = MUST(from->read_at(0, MUST(from->size())));
        ASSERT_FALSE(bytes.empty());
        MUST(to->write_at(0, bytes));
    }
    const auto size = [&](const char* end) { return MUST(files->info(killed + end)).size; };
    const auto before = std::pair(size(""), size("-wal"));
    {
        const auto copy = MUST(copy_database(killed));
        EXPECT_EQ(integer_of(MUST(copy->run("SELECT id FROM t"))[0][0]), 7);
        MUST(copy->run("INSERT INTO t (id) VALUES (8)"));
    }
    EXPECT_EQ(std::pair(size(""), size("-wal")), before);
    EXPECT_FALSE(files->exists(killed + "-shm"));
    EXPECT_EQ(
        integer_of(MUST(MUST(copy_database(killed))->run("SELECT count(*) FROM t"))[0][0]), 1
    );
}

}  // namespace
}  // namespace tradewind::os
