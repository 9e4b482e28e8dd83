#include "pipeline/made_records.h"

namespace tradewind::pipeline {

Result<void> create_made_records(os::Database& database) {
    TRY(database.run(
        "CREATE TABLE IF NOT EXISTS made_assets (asset TEXT PRIMARY KEY, made_of TEXT NOT "
        "NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL, modified_at INTEGER NOT "
        "NULL, row_count INTEGER NOT NULL)"
    ));
    return {};
}

Result<std::optional<MadeRecord>> find_made(
    os::Database& database, const catalog::TableName& name
) {
    const auto rows = TRY(database.run(
        "SELECT made_of, path, bytes, modified_at, row_count FROM made_assets WHERE asset = ?",
        {name.text()}
    ));
    if (rows.empty()) return std::optional<MadeRecord>();
    MadeRecord record;
    record.made_of = os::text_of(rows[0][0]);
    record.path = os::text_of(rows[0][1]);
    record.bytes = static_cast<std::uint64_t>(os::integer_of(rows[0][2]));
    record.modified_at = Timestamp{os::integer_of(rows[0][3])};
    record.row_count = os::integer_of(rows[0][4]);
    return std::optional(std::move(record));
}

Result<void> forget_made(os::Database& database, const catalog::TableName& name) {
    TRY(database.run("DELETE FROM made_assets WHERE asset = ?", {name.text()}));
    return {};
}

Result<void> record_made(
    os::Database& database, const catalog::TableName& name, const MadeRecord& record
) {
    TRY(database.run(
        "INSERT OR REPLACE INTO made_assets VALUES (?, ?, ?, ?, ?, ?)",
        {name.text(),
         record.made_of,
         record.path,
         static_cast<std::int64_t>(record.bytes),
         record.modified_at.micros,
         record.row_count}
    ));
    return {};
}

}  // namespace tradewind::pipeline
