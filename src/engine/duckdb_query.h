// A user's query while it runs: one connection, one read-only transaction, one deadline.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/csv_rows.h"
#include "engine/duckdb_arrow.h"
#include "engine/duckdb_instance.h"
#include "engine/duckdb_text.h"
#include "engine/engine.h"
#include "engine/sql_gate.h"
#include "engine/sql_versions.h"
#include "engine/watchdog.h"

namespace tradewind::engine {

// What a query needs of the engine around it.
struct QueryPlace {
    Instance& instance;
    Watchdog& watchdog;
    const PublishedTables& tables;
    std::string search_path;  // schemas in which bare table names are looked up, "a","b"
    // False: the platform's own statement, which no user wrote.
    bool gated = true;
    const Versions* versions = nullptr;
};

class UserQuery : public QueryResult {
public:
    // Checks, plans and runs it as far as its first rows.
    static Result<std::unique_ptr<UserQuery>> start(
        const QueryPlace& place, const QueryRequest& request
    );
    // Only checks and plans.
    static Result<std::vector<ResultColumn>> describe(
        const QueryPlace& place, const std::string& sql
    );
    // The same; and which of them are integers of 128 bits, as sums of integers are, which portable
    // SQL calls DECIMAL(38,0) as it calls decimals of 38 digits.
    struct Shape {
        std::vector<ResultColumn> columns;
        std::vector<bool> wide_integers;
    };
    static Result<Shape> shape(const QueryPlace& place, const std::string& sql);

    const std::vector<ResultColumn>& columns() const override { return columns_; }
    Result<std::int64_t> append_rows(ResultFormat format, std::string& out) override;
    bool truncated() const override { return truncated_; }
    void interrupt() override;

    // The remaining rows, cell by cell as text.
    Result<void> append_text(std::vector<std::vector<std::optional<std::string>>>& rows);
    // The next chunk as it is, for those that do not want text; empty at the end.
    Result<ChunkHandle> next_chunk();
    // The engine's own types of the columns.
    std::vector<TypeHandle> logical_types();

private:
    UserQuery() = default;

    Result<PreparedHandle> prepare(const QueryPlace& place, const std::string& sql);
    Result<PreparedHandle> plan(const std::string& sql, duckdb_statement_type expected);
    // The statement to run, once it is checked: versions that it names are pinned.
    Result<std::string> check(const QueryPlace& place, const std::string& sql);
    Result<void> describe_columns();
    Result<void> run(PreparedHandle prepared);
    Result<void> fetch();
    bool gone() const { return interrupted_ || (cancelled_ != nullptr && *cancelled_); }
    Error failure(Error error) const;
    void append_row(ResultFormat format, idx_t row, std::string& out) const;
    Result<void> begin_arrow(std::string& out);
    Result<std::int64_t> append_arrow(std::string& out);

    std::vector<std::shared_ptr<void>> holds_;  // of versions that the statement names
    // In this order: the guard goes first, so that nothing interrupts a connection that is no more.
    std::unique_ptr<Connection> connection_;
    ResultHandle result_;
    ChunkHandle chunk_;
    std::unique_ptr<Watchdog::Guard> guard_;
    std::int64_t timeout_us_ = 0;
    std::shared_ptr<const std::atomic<bool>> cancelled_;
    std::atomic<bool> interrupted_ = false;
    std::vector<ResultColumn> columns_;
    std::vector<ColumnText> texts_;
    CsvRows csv_;
    std::vector<std::string> json_keys_;  // `"name":`
    std::unique_ptr<ArrowStream> arrow_;
    std::int64_t rows_left_ = INT64_MAX;
    bool truncated_ = false;
    bool any_rows_ = false;
};

}  // namespace tradewind::engine
