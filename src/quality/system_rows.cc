#include "quality/system_rows.h"

#include <string>

#include "quality/sql_text.h"

namespace tradewind::quality {

namespace {

void add_line(RowBatch& rows, const History::Line& line) {
    const CheckResult& result = line.result;
    std::size_t at = 0;
    const auto text = [&](const std::string& value) { rows.column(at++).add_text(value); };
    const auto integer = [&](std::int64_t value) { rows.column(at++).add_integer(value); };
    text(line.table.text());
    text(line.package);
    text(result.name);
    text(to_string(result.kind));
    text(join(result.columns, ", "));
    text(result.description);
    integer(result.blocking);
    text(to_string(result.state));
    integer(result.failing);
    integer(result.total);
    text(result.message);
    integer(result.quarantined);
    text(line.run);
    integer(line.version);
    integer(line.candidate);
    integer(line.checked_at.micros);
    integer(result.duration_us / 1000);
    rows.commit_row({});
}

}  // namespace

RowBatch system_rows(const std::vector<History::Line>& lines) {
    RowBatch rows(
        {{"table_name", ColumnType::Text},
         {"package", ColumnType::Text},
         {"check_name", ColumnType::Text},
         {"kind", ColumnType::Text},
         {"columns", ColumnType::Text},
         {"description", ColumnType::Text},
         {"blocking", ColumnType::Boolean},
         {"state", ColumnType::Text},
         {"failing", ColumnType::BigInt},
         {"total", ColumnType::BigInt},
         {"message", ColumnType::Text},
         {"quarantined", ColumnType::BigInt},
         {"run", ColumnType::Text},
         {"version", ColumnType::BigInt},
         {"candidate", ColumnType::Boolean},
         {"checked_at", ColumnType::Timestamp},
         {"duration_ms", ColumnType::BigInt}}
    );
    for (const History::Line& line : lines) add_line(rows, line);
    return rows;
}

}  // namespace tradewind::quality
