// SQLite: a file, opened to be read only, in one read transaction.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/sql_text.h"
#include "base/text.h"
#include "extract/csv_text.h"
#include "extract/session.h"

namespace tradewind::extract {

namespace {

// Between two tries to read what somebody has locked.
constexpr auto lock_look = std::chrono::milliseconds(50);
// Instructions of SQLite between two looks at whether the work is given up: about a millisecond.
constexpr int look_instructions = 10'000;
constexpr std::size_t piece_bytes = 64 << 10;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

// Reading tables and computing; no other file, no setting, no code from a library.
int authorize(void*, int action, const char*, const char* name, const char*, const char*) {
    const bool loads =
        action == SQLITE_FUNCTION && name != nullptr && std::string_view(name) == "load_extension";
    const bool reads = action == SQLITE_SELECT || action == SQLITE_READ ||
                       action == SQLITE_FUNCTION || action == SQLITE_RECURSIVE;
    return reads && !loads ? SQLITE_OK : SQLITE_DENY;
}

std::string_view text_at(sqlite3_stmt* statement, int column) {
    // The bytes are asked for after the text: that is what makes them text.
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return text == nullptr ? std::string_view() : std::string_view(text, size);
}

void append_value(std::string& line, sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_INTEGER:
            return append_csv_number(line, std::int64_t{sqlite3_column_int64(statement, column)});
        case SQLITE_FLOAT:
            return append_csv_number(line, sqlite3_column_double(statement, column));
        case SQLITE_TEXT:
            return append_csv_text(line, text_at(statement, column));
        case SQLITE_BLOB: {
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
            return append_csv_bytes(line, {bytes, bytes == nullptr ? 0 : size});
        }
        default:
            return;  // null
    }
}

class SqliteSession : public Session {
public:
    SqliteSession(const Connection& connection, const SessionParts& parts)
        : connection_(connection), parts_(parts) {}
    ~SqliteSession() override { sqlite3_close(database_); }
    SqliteSession(const SqliteSession&) = delete;
    SqliteSession& operator=(const SqliteSession&) = delete;

    Result<void> open();
    Result<std::int64_t> copy(
        const std::string& query, const WatermarkRange* range, const CsvSink& sink
    ) override;
    Result<WatermarkState> look_beyond(
        const std::string& query, const std::string& column, const std::string& after
    ) override;
    Result<std::vector<TableInfo>> describe() override;
    // Another connection could see what was written since.
    Result<std::unique_ptr<Session>> another() override { return std::unique_ptr<Session>(); }

private:
    Error failure(int code) const;
    Error locked() const;
    // For SQLite's busy handler: 0, and it is waited for no longer.
    int wait_for_lock(int tries);
    Result<Statement> prepare(const std::string& sql);
    // One that a package wrote: a single one, which only reads.
    Result<Statement> prepare_query(const std::string& sql);
    Result<std::string> select_of(const std::string& query);
    // False: there are no more rows.
    Result<bool> step(const Statement& statement);
    Result<void> run(const std::string& sql);
    Result<void> write_header(const Statement& statement, const CsvSink& sink);

    const Connection& connection_;
    const SessionParts parts_;
    sqlite3* database_ = nullptr;
    std::int64_t lock_since_us_ = 0;
    bool lock_told_ = false;
};

Error SqliteSession::locked() const {
    if (parts_.give_up && parts_.give_up()) return Error(ErrorCode::Cancelled, "given up");
    return Error(
               ErrorCode::Conflict,
               connection_.name + ": somebody else writes to the database and has locked it for " +
                   format_duration_us(parts_.lock_wait_us)
    )
        .with_detail("The file is " + connection_.path + ".")
        .with_hint("Try again when the writer is done; a schedule does at its next time.");
}

int SqliteSession::wait_for_lock(int tries) {
    const std::int64_t now_us = parts_.clock->monotonic_us();
    if (tries == 0) lock_since_us_ = now_us;
    if (tries == 0) lock_told_ = false;
    const std::int64_t waited_us = now_us - lock_since_us_;
    if ((parts_.give_up && parts_.give_up()) || waited_us >= parts_.lock_wait_us) return 0;
    if (!lock_told_ && waited_us >= parts_.lock_told_us) {
        lock_told_ = true;
        log::warn(
            "a database is locked by somebody who writes to it; waiting",
            {{"connection", connection_.name},
             {"file", connection_.path},
             {"at_most", format_duration_us(parts_.lock_wait_us)}}
        );
    }
    std::this_thread::sleep_for(lock_look);
    return 1;
}

Error SqliteSession::failure(int code) const {
    const int kind = code & 0xff;
    const std::string said =
        database_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database_);
    if (kind == SQLITE_INTERRUPT) return Error(ErrorCode::Cancelled, "given up");
    ErrorCode meaning = ErrorCode::InvalidArgument;
    if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED) return locked();
    if (kind == SQLITE_CANTOPEN) meaning = ErrorCode::NotFound;
    if (kind == SQLITE_AUTH || kind == SQLITE_PERM || kind == SQLITE_READONLY)
        meaning = ErrorCode::PermissionDenied;
    if (kind == SQLITE_IOERR) meaning = ErrorCode::Io;
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB) meaning = ErrorCode::Corruption;
    return Error(meaning, connection_.name + ": " + said)
        .with_detail("The file is " + connection_.path + ".");
}

Result<void> SqliteSession::open() {
    const int code = sqlite3_open_v2(
        connection_.path.c_str(),
        &database_,
        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        nullptr
    );
    if (code != SQLITE_OK) return failure(code);
    sqlite3_busy_handler(
        database_,
        [](void* user, int tries) {
            return static_cast<SqliteSession*>(user)->wait_for_lock(tries);
        },
        this
    );
    sqlite3_progress_handler(
        database_,
        look_instructions,
        [](void* user) {
            const auto& give_up = static_cast<SqliteSession*>(user)->parts_.give_up;
            return give_up && give_up() ? 1 : 0;
        },
        this
    );
    // The first read begins the transaction; what it sees stays.
    TRY(run("BEGIN"));
    return run("SELECT count(*) FROM sqlite_schema");
}

Result<Statement> SqliteSession::prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(
        database_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr
    );
    if (code != SQLITE_OK) return failure(code);
    return Statement(statement);
}

Result<Statement> SqliteSession::prepare_query(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    sqlite3_set_authorizer(database_, authorize, nullptr);
    const int code =
        sqlite3_prepare_v2(database_, sql.data(), static_cast<int>(sql.size()), &statement, &tail);
    Statement prepared(statement);
    const bool denied = (code & 0xff) == SQLITE_AUTH;
    Error error = failure(code);
    sqlite3_set_authorizer(database_, nullptr, nullptr);
    if (denied) {
        return Error(ErrorCode::PermissionDenied, connection_.name + ": only SELECT is carried out")
            .with_hint("Write a table's name, or one SELECT.");
    }
    if (code != SQLITE_OK) return error;
    const std::string_view rest = trim(std::string_view(tail, sql.data() + sql.size()));
    if (prepared != nullptr && sqlite3_column_count(prepared.get()) > 0 && rest.empty())
        return prepared;
    return Error(ErrorCode::InvalidArgument, connection_.name + ": not one SELECT")
        .with_hint("Write a table's name, or one SELECT.");
}

// Alone first, so that none can close the bracket that it stands in later.
Result<std::string> SqliteSession::select_of(const std::string& query) {
    TableLookup lookup;
    lookup.quote = [](std::string_view name) { return quote_name(std::string(name)); };
    lookup.exists = [this](const std::string& table) -> Result<bool> {
        auto found = prepare_query("SELECT * FROM " + table);
        if (!found.ok() && found.error().code() != ErrorCode::InvalidArgument)
            return std::move(found).error();
        return found.ok();
    };
    std::string select = TRY(select_for(query, lookup));
    TRY(prepare_query(select));
    return select;
}

Result<bool> SqliteSession::step(const Statement& statement) {
    const int code = sqlite3_step(statement.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return failure(code);
}

Result<void> SqliteSession::run(const std::string& sql) {
    const Statement statement = TRY(prepare(sql));
    while (TRY(step(statement))) {
    }
    return {};
}

Result<void> SqliteSession::write_header(const Statement& statement, const CsvSink& sink) {
    std::string line;
    for (int column = 0; column < sqlite3_column_count(statement.get()); ++column) {
        if (column > 0) line += ',';
        append_csv_text(line, sqlite3_column_name(statement.get(), column));
    }
    return sink(line + "\n");
}

Result<std::int64_t> SqliteSession::copy(
    const std::string& query, const WatermarkRange* range, const CsvSink& sink
) {
    std::string sql = TRY(select_of(query));
    if (range != nullptr) {
        const std::string name = quote_name(range->column);
        sql = "SELECT * FROM (" + sql + "\n) AS extracted WHERE " +
              (range->after.empty() ? "" : name + " > " + range->after + " AND ") + name +
              " <= " + range->up_to;
    }
    const Statement statement = TRY(prepare_query(sql));
    TRY(write_header(statement, sink));
    std::int64_t row_count = 0;
    std::string piece;
    for (; TRY(step(statement)); ++row_count) {
        for (int column = 0; column < sqlite3_column_count(statement.get()); ++column) {
            if (column > 0) piece += ',';
            append_value(piece, statement.get(), column);
        }
        piece += '\n';
        if (piece.size() < piece_bytes) continue;
        TRY(sink(piece));
        piece.clear();
    }
    TRY(sink(piece));
    return row_count;
}

Result<WatermarkState> SqliteSession::look_beyond(
    const std::string& query, const std::string& column, const std::string& after
) {
    const std::string name = quote_name(column);
    const std::string from = " FROM (" + TRY(select_of(query))
    +"\n) AS extracted WHERE ";
    WatermarkState state;
    const Statement highest = TRY(prepare_query(
        "SELECT quote(max(" + name + "))" + from +
        (after.empty() ? name + " IS NOT NULL" : name + " > " + after)
    ));
    TRY(step(highest));
    state.highest = text_at(highest.get(), 0);
    if (state.highest == "NULL") state.highest.clear();
    const Statement nulls = TRY(prepare_query("SELECT count(*)" + from + name + " IS NULL"));
    TRY(step(nulls));
    state.null_count = sqlite3_column_int64(nulls.get(), 0);
    return state;
}

Result<std::vector<TableInfo>> SqliteSession::describe() {
    const Statement statement = TRY(prepare(
        "SELECT t.name, t.type, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema t JOIN "
        "pragma_table_xinfo(t.name) c WHERE t.type IN ('table', 'view') AND t.name NOT LIKE "
        "'sqlite\\_%' ESCAPE '\\' AND c.hidden <> 1 ORDER BY t.name, c.cid"
    ));
    std::vector<TableInfo> tables;
    while (TRY(step(statement))) {
        sqlite3_stmt* row = statement.get();
        const std::string name(text_at(row, 0));
        if (tables.empty() || tables.back().name != name)
            tables.push_back({"main", name, std::string(text_at(row, 1)), -1, {}});
        tables.back().columns.push_back(
            {std::string(text_at(row, 2)),
             std::string(text_at(row, 3)),
             sqlite3_column_int(row, 4) == 0,
             sqlite3_column_int(row, 5) > 0}
        );
    }
    return tables;
}

}  // namespace

Result<std::unique_ptr<Session>> open_sqlite(
    const Connection& connection, const SessionParts& parts
) {
    auto session = std::make_unique<SqliteSession>(connection, parts);
    TRY(session->open());
    return std::unique_ptr<Session>(std::move(session));
}

}  // namespace tradewind::extract
