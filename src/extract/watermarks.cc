#include "extract/watermarks.h"

namespace tradewind::extract {

namespace {

constexpr std::string_view create_table = R"(CREATE TABLE IF NOT EXISTS extract_watermarks (
    source TEXT PRIMARY KEY,
    connection TEXT NOT NULL,
    column_name TEXT NOT NULL,
    after TEXT NOT NULL,
    reads INTEGER NOT NULL
) STRICT, WITHOUT ROWID)";

}  // namespace

Result<Watermarks> Watermarks::open(os::Database& database) {
    TRY(database.run(create_table));
    return Watermarks(database);
}

Result<Watermark> Watermarks::of(
    const std::string& source, const std::string& connection, const std::string& column
) {
    TRY(database_->run(
        "INSERT INTO extract_watermarks VALUES (?, ?, ?, '', 0) ON CONFLICT (source) DO NOTHING",
        {source, connection, column}
    ));
    const auto rows = TRY(database_->run(
        "SELECT connection, column_name, after, reads FROM extract_watermarks WHERE source = ?",
        {source}
    ));
    const os::SqlRow& row = rows.at(0);
    Watermark watermark{os::text_of(row[2]), os::integer_of(row[3])};
    const bool same = os::text_of(row[0]) == connection && os::text_of(row[1]) == column;
    if (same) return watermark;
    if (watermark.reads == 0) {
        TRY(database_->run(
            "UPDATE extract_watermarks SET connection = ?, column_name = ? WHERE source = ?",
            {connection, column, source}
        ));
        return watermark;
    }
    return Error(
               ErrorCode::Conflict,
               "source " + source + " was read from " + os::text_of(row[0]) + " by " +
                   os::text_of(row[1]) + " so far"
    )
        .with_detail("Where " + connection + " is to go on by " + column + " cannot be known.")
        .with_hint("Give the source another name, so that all of it is read again.");
}

Result<void> Watermarks::confirm(
    const std::string& source, std::int64_t number, const std::string& up_to
) {
    TRY(database_->run(
        "UPDATE extract_watermarks SET after = ?, reads = ? WHERE source = ? AND reads = ?",
        {up_to, number, source, number - 1}
    ));
    return {};
}

}  // namespace tradewind::extract
