// The adapter to SQLite.
#include "os/database.h"

#include <sqlite3.h>

#include <mutex>
#include <unordered_map>

#include "os/database_copy.h"
#include "os/sqlite_error.h"
#include "os/sqlite_statement.h"

namespace tradewind::os {

namespace {

constexpr int busy_timeout_ms = 10'000;
// More different statements than the platform has; a caller that builds its SQL from values would
// otherwise fill memory.
constexpr std::size_t statements_max = 256;

struct CloseConnection {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

Result<Connection> connect(const std::string& path, int flags) {
    sqlite3* raw = nullptr;
    // NOMUTEX: Database does the serialising.
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    Connection connection(raw);
    if (code != SQLITE_OK) return sqlite_error(raw, code, "cannot open database '" + path + "'");
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, busy_timeout_ms);
    return connection;
}

Result<void> copy(sqlite3& from, sqlite3& to, const std::string& doing) {
    sqlite3_backup* backup = sqlite3_backup_init(&to, "main", &from, "main");
    if (backup == nullptr) return sqlite_error(&to, sqlite3_extended_errcode(&to), doing);
    const int step = sqlite3_backup_step(backup, -1);
    const int code = sqlite3_backup_finish(backup);
    if (code != SQLITE_OK) return sqlite_error(&to, code, doing);
    if (step != SQLITE_DONE) return sqlite_error(&to, step, doing);
    return {};
}

// The log's index in this process's memory instead of a file beside it, and the log left as it is.
void write_nothing(sqlite3& connection) {
    sqlite3_exec(&connection, "PRAGMA locking_mode = EXCLUSIVE", nullptr, nullptr, nullptr);
    sqlite3_db_config(&connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

class SqliteDatabase : public Database {
public:
    SqliteDatabase(Connection connection, std::string path)
        : connection_(std::move(connection)), path_(std::move(path)) {}

    ~SqliteDatabase() override { statements_.clear(); }

    Result<void> configure() {
        const auto mode = TRY(run("PRAGMA journal_mode = WAL", {}));
        if (mode.empty() || text_of(mode[0][0]) != "wal") {
            return Error(ErrorCode::Io, "cannot switch '" + path_ + "' to write-ahead logging")
                .with_hint(
                    "Keep the workspace on a local disk: shared memory is needed beside the file."
                );
        }
        TRY(run("PRAGMA synchronous = FULL", {}));
        return guard();
    }

    Result<void> guard() {
        TRY(run("PRAGMA foreign_keys = ON", {}));
        TRY(run("PRAGMA trusted_schema = OFF", {}));
        return {};
    }

    Result<std::vector<SqlRow>> run(std::string_view sql, const std::vector<SqlValue>& parameters)
        override {
        std::lock_guard lock(mutex_);
        TRY(check_transaction());
        sqlite3_stmt* statement = TRY(prepare(sql));
        const ResetAtEnd reset(statement);
        if (sqlite3_bind_parameter_count(statement) != static_cast<int>(parameters.size())) {
            return Error(
                ErrorCode::InvalidArgument, "wrong number of parameters for: " + shorten(sql)
            );
        }
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const int code = bind_value(statement, static_cast<int>(i) + 1, parameters[i]);
            if (code != SQLITE_OK) return failed(code, sql);
        }
        return step_all(statement, sql);
    }

    std::int64_t changes() override {
        std::lock_guard lock(mutex_);
        return sqlite3_changes64(connection_.get());
    }

    Result<void> transaction(const std::function<Result<void>()>& f) override {
        std::lock_guard lock(mutex_);
        // Inside another one it becomes a savepoint: it can fail alone.
        const bool outer = depth_ == 0;
        TRY(run(outer ? "BEGIN IMMEDIATE" : "SAVEPOINT inner_transaction", {}));
        ++depth_;
        auto result = call(f);
        if (result.ok()) result = finish(outer ? "COMMIT" : "RELEASE inner_transaction");
        if (!result.ok()) roll_back(outer);
        --depth_;
        return result;
    }

    Result<void> migrate(const std::vector<std::string_view>& scripts) override {
        std::lock_guard lock(mutex_);
        const auto version =
            static_cast<std::size_t>(integer_of(TRY(run("PRAGMA user_version", {}))[0][0]));
        if (version > scripts.size()) {
            return Error(
                       ErrorCode::Conflict,
                       "'" + path_ + "' was written by a newer version of tradewind"
            )
                .with_detail(
                    "It has schema " + std::to_string(version) + ", this program knows " +
                    std::to_string(scripts.size()) + "."
                )
                .with_hint("Start the newer version, or restore a backup made by this one.");
        }
        for (std::size_t next = version; next < scripts.size(); ++next) {
            TRY(transaction([&] { return apply_script(scripts[next], next + 1); }));
        }
        return {};
    }

    Result<void> backup_to(const std::string& path) override {
        std::lock_guard lock(mutex_);
        if (depth_ > 0) return Error(ErrorCode::Conflict, "no backup inside a transaction");
        const Connection target = TRY(connect(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
        return copy(*connection_, *target, "cannot back up '" + path_ + "' to '" + path + "'");
    }

private:
    static std::string shorten(std::string_view sql) { return std::string(sql.substr(0, 120)); }

    Error failed(int code, std::string_view sql) const {
        return sqlite_error(connection_.get(), code, "'" + path_ + "': " + shorten(sql));
    }

    // A full disk or a failed read makes SQLite roll back by itself; what follows must then not be
    // committed statement by statement.
    Result<void> check_transaction() const {
        if (depth_ == 0 || sqlite3_get_autocommit(connection_.get()) == 0) return {};
        return Error(
            ErrorCode::Cancelled, "'" + path_ + "': the transaction was rolled back after an error"
        );
    }

    Result<sqlite3_stmt*> prepare(std::string_view sql) {
        const auto known = statements_.find(std::string(sql));
        if (known != statements_.end()) return known->second.get();
        sqlite3_stmt* raw = nullptr;
        const char* tail = nullptr;
        const int code = sqlite3_prepare_v3(
            connection_.get(),
            sql.data(),
            static_cast<int>(sql.size()),
            SQLITE_PREPARE_PERSISTENT,
            &raw,
            &tail
        );
        Statement statement(raw);
        if (code != SQLITE_OK) return failed(code, sql);
        if (raw == nullptr)
            return Error(ErrorCode::InvalidArgument, "no SQL statement in: " + shorten(sql));
        TRY(check_tail(sql, tail));
        if (statements_.size() >= statements_max) statements_.clear();
        return (statements_[std::string(sql)] = std::move(statement)).get();
    }

    Result<void> check_tail(std::string_view sql, const char* tail) {
        const std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
        sqlite3_stmt* raw = nullptr;
        const int code = sqlite3_prepare_v2(
            connection_.get(), rest.data(), static_cast<int>(rest.size()), &raw, nullptr
        );
        const Statement second(raw);
        if (code == SQLITE_OK && raw == nullptr) return {};
        return Error(ErrorCode::InvalidArgument, "more than one SQL statement in: " + shorten(sql));
    }

    Result<std::vector<SqlRow>> step_all(sqlite3_stmt* statement, std::string_view sql) {
        std::vector<SqlRow> rows;
        const int columns = sqlite3_column_count(statement);
        while (true) {
            const int code = sqlite3_step(statement);
            if (code == SQLITE_DONE) return rows;
            if (code != SQLITE_ROW) return failed(code, sql);
            SqlRow& row = rows.emplace_back();
            row.reserve(static_cast<std::size_t>(columns));
            for (int i = 0; i < columns; ++i) row.push_back(read_value(statement, i));
        }
    }

    Result<void> call(const std::function<Result<void>()>& f) {
        try {
            return f();
        } catch (...) {
            // Only a lack of memory gets here; the transaction must end all the same.
            roll_back(--depth_ == 0);
            throw;  // NOLINT: nothing to tell it with
        }
    }

    Result<void> finish(const char* sql) {
        TRY(check_transaction());
        TRY(run(sql, {}));
        return {};
    }

    void roll_back(bool outer) {
        if (sqlite3_get_autocommit(connection_.get()) != 0) return;  // SQLite did it already
        const char* sql =
            outer ? "ROLLBACK" : "ROLLBACK TO inner_transaction; RELEASE inner_transaction";
        [[maybe_unused]] const int code =
            sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
    }

    Result<void> apply_script(std::string_view script, std::size_t version) {
        const int code =
            sqlite3_exec(connection_.get(), std::string(script).c_str(), nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) return failed(code, script);
        // Part of the same transaction: the header page is rolled back like any other.
        TRY(run("PRAGMA user_version = " + std::to_string(version), {}));
        return {};
    }

    // Recursive: run() is called inside transaction() by the same thread.
    std::recursive_mutex mutex_;
    Connection connection_;
    std::string path_;
    std::unordered_map<std::string, Statement> statements_;
    int depth_ = 0;
};

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
    Connection connection = TRY(connect(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    auto database = std::make_unique<SqliteDatabase>(std::move(connection), path);
    TRY(database->configure());
    return std::unique_ptr<Database>(std::move(database));
}

Result<std::unique_ptr<Database>> copy_database(const std::string& path) {
    const Connection file = TRY(connect(path, SQLITE_OPEN_READWRITE));
    write_nothing(*file);
    Connection memory = TRY(connect(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    TRY(copy(*file, *memory, "cannot read '" + path + "'"));
    auto database = std::make_unique<SqliteDatabase>(std::move(memory), path);
    TRY(database->guard());
    return std::unique_ptr<Database>(std::move(database));
}

// SQLite keeps the highest id of an AUTOINCREMENT table in a table of its own; its row is there
// from the first insert on.
Result<void> skip_ids(Database& database, const std::string& table, std::int64_t ids_used) {
    if (ids_used <= 0) return {};
    return database.transaction([&]() -> Result<void> {
        TRY(database.run(
            "INSERT INTO sqlite_sequence (name, seq) SELECT ?, 0 WHERE NOT EXISTS (SELECT 1 FROM "
            "sqlite_sequence WHERE name = ?)",
            {table, table}
        ));
        TRY(database.run(
            "UPDATE sqlite_sequence SET seq = ? WHERE name = ? AND seq < ?",
            {ids_used, table, ids_used}
        ));
        return {};
    });
}

}  // namespace tradewind::os
