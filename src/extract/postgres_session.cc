// PostgreSQL: one REPEATABLE READ READ ONLY transaction; others can see the same by its exported
// snapshot.
#include <utility>

#include "base/text.h"
#include "extract/postgres_link.h"

namespace tradewind::extract {

namespace {

// Texts of values do not depend on what the server or the user is set to.
constexpr const char* settings =
    "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET "
    "bytea_output = 'hex'; SET extra_float_digits = 1; SET standard_conforming_strings = on; SET "
    "statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '60s'";
constexpr const char* begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

constexpr const char* describe_sql = R"(
SELECT n.nspname, c.relname, CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END,
       c.reltuples::bigint, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       coalesce(a.attnum = ANY (i.indkey), false)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%'
  AND n.nspname NOT LIKE 'pg\_temp%' AND has_schema_privilege(n.oid, 'USAGE')
  AND has_table_privilege(c.oid, 'SELECT')
ORDER BY 1, 2, a.attnum)";

class PostgresSession : public Session {
public:
    PostgresSession(
        const Connection& connection, SessionParts parts, std::unique_ptr<PostgresLink> link
    )
        : connection_(connection), parts_(std::move(parts)), link_(std::move(link)) {}

    Result<void> begin_as(const std::string& snapshot) {
        TRY(link_->run(settings));
        TRY(link_->run(begin));
        snapshot_ = snapshot;
        if (snapshot.empty()) return {};
        TRY(link_->run("SET TRANSACTION SNAPSHOT " + link_->quote_literal(snapshot)));
        return {};
    }

    Result<std::int64_t> copy(
        const std::string& query, const WatermarkRange* range, const CsvSink& sink
    ) override {
        const std::string select = TRY(select_of(query));
        const std::string rows = range == nullptr ? select : within(select, *range);
        return link_->copy_out("COPY (" + rows + "\n) TO STDOUT WITH (FORMAT csv, HEADER)", sink);
    }

    Result<WatermarkState> look_beyond(
        const std::string& query, const std::string& column, const std::string& after
    ) override {
        const std::string from = " FROM (" + TRY(select_of(query))
        +"\n) AS extracted WHERE ";
        const std::string name = link_->quote_name(column);
        const std::string beyond = after.empty() ? name + " IS NOT NULL" : name + " > " + after;
        const TextRows highest = TRY(link_->run("SELECT max(" + name + ")::text" + from + beyond));
        const TextRows nulls = TRY(link_->run("SELECT count(*)" + from + name + " IS NULL"));
        WatermarkState state;
        if (!highest[0][0].empty()) state.highest = link_->quote_literal(highest[0][0]);
        state.null_count = parse_integer(nulls[0][0]).value_or(0);
        return state;
    }

    Result<std::vector<TableInfo>> describe() override {
        std::vector<TableInfo> tables;
        for (const auto& row : TRY(link_->run(describe_sql))) {
            if (tables.empty() || tables.back().schema != row[0] || tables.back().name != row[1]) {
                tables.push_back({row[0], row[1], row[2], parse_integer(row[3]).value_or(-1), {}});
            }
            tables.back().columns.push_back({row[4], row[5], row[6] != "t", row[7] == "t"});
        }
        return tables;
    }

    Result<std::unique_ptr<Session>> another() override {
        if (snapshot_.empty()) snapshot_ = TRY(link_->run("SELECT pg_export_snapshot()"))
        .at(0).at(0);
        return open_as(connection_, parts_, snapshot_);
    }

    static Result<std::unique_ptr<Session>> open_as(
        const Connection& connection, const SessionParts& parts, const std::string& snapshot
    ) {
        auto link = TRY(PostgresLink::open(connection, parts));
        auto session = std::make_unique<PostgresSession>(connection, parts, std::move(link));
        TRY(session->begin_as(snapshot));
        return std::unique_ptr<Session>(std::move(session));
    }

private:
    // A query stands in brackets later. The database has parsed it alone before that, so that none
    // can close the bracket and go on with something else.
    Result<std::string> select_of(const std::string& query) {
        TableLookup lookup;
        lookup.quote = [this](std::string_view name) { return link_->quote_name(name); };
        // A name that is none is no error here: it would end the transaction.
        lookup.exists = [this](const std::string& table) -> Result<bool> {
            const TextRows found = TRY(
                link_->run("SELECT to_regclass(" + link_->quote_literal(table) + ") IS NOT NULL")
            );
            return found.at(0).at(0) == "t";
        };
        std::string select = TRY(select_for(query, lookup));
        TRY(link_->prepare(select));
        return select;
    }

    std::string within(const std::string& select, const WatermarkRange& range) {
        const std::string name = link_->quote_name(range.column);
        return "SELECT * FROM (" + select + "\n) AS extracted WHERE " +
               (range.after.empty() ? "" : name + " > " + range.after + " AND ") + name +
               " <= " + range.up_to;
    }

    const Connection& connection_;
    const SessionParts parts_;
    const std::unique_ptr<PostgresLink> link_;
    std::string snapshot_;
};

}  // namespace

Result<std::unique_ptr<Session>> open_postgres(
    const Connection& connection, const SessionParts& parts
) {
    return PostgresSession::open_as(connection, parts, "");
}

}  // namespace tradewind::extract
