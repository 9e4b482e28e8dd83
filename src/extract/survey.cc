#include "extract/survey.h"

namespace tradewind::extract {

namespace {

constexpr std::string_view create_table = R"(CREATE TABLE IF NOT EXISTS database_columns (
    connection TEXT NOT NULL,
    table_schema TEXT NOT NULL,
    table_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    row_estimate INTEGER NOT NULL,
    position INTEGER NOT NULL,
    column_name TEXT NOT NULL,
    type TEXT NOT NULL,
    nullable INTEGER NOT NULL,
    is_key INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (connection, table_schema, table_name, position)
) STRICT, WITHOUT ROWID)";

std::vector<ColumnSpec> columns() {
    return {
        {"connection", ColumnType::Text},
        {"table_schema", ColumnType::Text},
        {"table_name", ColumnType::Text},
        {"kind", ColumnType::Text},
        {"row_estimate", ColumnType::BigInt},
        {"position", ColumnType::BigInt},
        {"column_name", ColumnType::Text},
        {"type", ColumnType::Text},
        {"nullable", ColumnType::BigInt},
        {"is_key", ColumnType::BigInt},
        {"seen_at", ColumnType::Timestamp}
    };
}

void add_row(RowBatch& batch, const os::SqlRow& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (batch.specs()[i].type == ColumnType::Text) {
            batch.column(i).add_text(os::text_of(row[i]));
        } else if (const std::int64_t number = os::integer_of(row[i]); number >= 0) {
            batch.column(i).add_integer(number);
        } else {
            batch.column(i).add_null();
        }
    }
    batch.commit_row({});
}

}  // namespace

Result<Survey> Survey::open(os::Database& database) {
    TRY(database.run(create_table));
    return Survey(database);
}

Result<void> Survey::insert(const std::string& connection, const TableInfo& table, Timestamp at) {
    std::int64_t position = 0;
    for (const ColumnInfo& column : table.columns) {
        TRY(database_->run(
            "INSERT INTO database_columns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            {connection,
             table.schema,
             table.name,
             table.kind,
             table.row_estimate,
             ++position,
             column.name,
             column.type,
             std::int64_t{column.nullable},
             std::int64_t{column.key},
             at.micros}
        ));
    }
    return {};
}

Result<void> Survey::remember(
    const std::string& connection, const std::vector<TableInfo>& tables, Timestamp at
) {
    return database_->transaction([&]() -> Result<void> {
        TRY(database_->run("DELETE FROM database_columns WHERE connection = ?", {connection}));
        for (const TableInfo& table : tables) TRY(insert(connection, table, at));
        return {};
    });
}

Result<void> Survey::keep_only(const Connections& connections) {
    const auto known = TRY(database_->run("SELECT DISTINCT connection FROM database_columns"));
    for (const os::SqlRow& row : known) {
        const std::string name = os::text_of(row[0]);
        if (!connections.contains(name))
            TRY(database_->run("DELETE FROM database_columns WHERE connection = ?", {name}));
    }
    return {};
}

Result<RowBatch> Survey::rows() {
    RowBatch batch(columns());
    const auto rows = TRY(database_->run(
        "SELECT * FROM database_columns ORDER BY connection, table_schema, table_name, position"
    ));
    for (const os::SqlRow& row : rows) add_row(batch, row);
    return batch;
}

}  // namespace tradewind::extract
