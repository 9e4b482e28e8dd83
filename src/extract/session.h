// A connection that sees a database as it was at one instant, and changes nothing in it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/extract.h"

namespace tradewind::extract {

// Takes CSV (RFC 4180, header first, lines that end in LF; null is an empty field, an empty text
// is ""), in pieces.
using CsvSink = std::function<Result<void>(std::string_view bytes)>;

// Rows beyond one watermark and up to another, both literals of the database's SQL.
struct WatermarkRange {
    std::string column;
    std::string after;  // empty: from the start
    std::string up_to;
};

// What a watermark's column holds beyond the last one.
struct WatermarkState {
    std::string highest;  // literal; empty: no row is beyond
    std::int64_t null_count = 0;
};

// One thread. Errors: Unavailable when the database was lost, does not answer, or could do it
// later; Conflict when somebody kept it locked; InvalidArgument for SQL that it does not take;
// PermissionDenied; Cancelled.
class Session {
public:
    virtual ~Session() = default;
    // A table's name or one SELECT, whole or a range of it. Its rows.
    virtual Result<std::int64_t> copy(
        const std::string& query, const WatermarkRange* range, const CsvSink& sink
    ) = 0;
    virtual Result<WatermarkState> look_beyond(
        const std::string& query, const std::string& column, const std::string& after
    ) = 0;
    virtual Result<std::vector<TableInfo>> describe() = 0;
    // Another session that sees the very same; null: this database has none.
    virtual Result<std::unique_ptr<Session>> another() = 0;
};

struct SessionParts {
    os::Filesystem* files = nullptr;
    os::Clock* clock = nullptr;
    os::Environment environment;
    os::GiveUp give_up;
    std::int64_t lock_wait_us = 30'000'000;  // see ExtractOptions
    std::int64_t lock_told_us = 2'000'000;
};

Result<std::unique_ptr<Session>> open_session(
    const Connection& connection, const SessionParts& parts
);
// One each of kind.
Result<std::unique_ptr<Session>> open_postgres(
    const Connection& connection, const SessionParts& parts
);
Result<std::unique_ptr<Session>> open_sqlite(
    const Connection& connection, const SessionParts& parts
);

// What a table's name may stand for: schema and table, or a table with dots and blanks in its name.
using TableName = std::vector<std::string>;
// The likeliest first; none for what begins with SELECT or WITH, which is a query.
std::vector<TableName> table_names(std::string_view query);

// A database's way to ask after tables.
struct TableLookup {
    std::function<std::string(std::string_view)> quote;
    std::function<Result<bool>(const std::string& quoted)> exists;
};
// The SELECT that stands for a table's name; a query as it is, without its semicolon.
Result<std::string> select_for(const std::string& query, const TableLookup& lookup);

}  // namespace tradewind::extract
