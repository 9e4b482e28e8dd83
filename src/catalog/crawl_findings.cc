#include "catalog/crawl_findings.h"

namespace tradewind::catalog {

namespace {

CrawlFinding read_finding(const os::SqlRow& row) {
    CrawlFinding finding;
    finding.path = os::text_of(row[0]);
    finding.kind = os::text_of(row[1]);
    finding.message = os::text_of(row[2]);
    finding.table = os::text_of(row[3]);
    finding.bytes = static_cast<std::uint64_t>(os::integer_of(row[4]));
    finding.modified_at = Timestamp{os::integer_of(row[5])};
    finding.run = os::text_of(row[6]);
    finding.at = Timestamp{os::integer_of(row[7])};
    return finding;
}

}  // namespace

Result<CrawlFindings> CrawlFindings::open(os::Database& database) {
    TRY(database.run(
        "CREATE TABLE IF NOT EXISTS crawl_findings (path BLOB NOT NULL, kind TEXT NOT NULL, message"
        " TEXT NOT NULL, table_name TEXT NOT NULL, bytes INTEGER NOT NULL, modified_at INTEGER NOT "
        "NULL, run TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (path, kind)) STRICT, WITHOUT "
        "ROWID"
    ));
    return CrawlFindings(database);
}

Result<void> CrawlFindings::record(const std::vector<CrawlFinding>& findings) {
    if (findings.empty()) return {};
    return database_->transaction([&]() -> Result<void> {
        for (const CrawlFinding& finding : findings) {
            TRY(database_->run(
                "INSERT OR REPLACE INTO crawl_findings (path, kind, message, table_name, bytes, "
                "modified_at, run, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                {os::Blob{finding.path},
                 finding.kind,
                 finding.message,
                 finding.table,
                 static_cast<std::int64_t>(finding.bytes),
                 finding.modified_at.micros,
                 finding.run,
                 finding.at.micros}
            ));
        }
        return {};
    });
}

Result<void> CrawlFindings::clear(const std::vector<std::string>& paths) {
    if (paths.empty()) return {};
    return database_->transaction([&]() -> Result<void> {
        for (const std::string& path : paths) {
            TRY(database_->run(
                "DELETE FROM crawl_findings WHERE path = ? AND kind <> 'deleted'", {os::Blob{path}}
            ));
        }
        return {};
    });
}

Result<std::vector<CrawlFinding>> CrawlFindings::below(
    const std::string& root, std::size_t count_max
) {
    // '0' follows '/'.
    const std::string inside = root.ends_with('/') ? root : root + "/";
    std::string beyond = inside;
    beyond.back() = '0';
    const auto rows = TRY(database_->run(
        "SELECT path, kind, message, table_name, bytes, modified_at, run, at FROM crawl_findings "
        "WHERE path = ? OR (path >= ? AND path < ?) ORDER BY path, kind LIMIT ?",
        {os::Blob{root}, os::Blob{inside}, os::Blob{beyond}, static_cast<std::int64_t>(count_max)}
    ));
    std::vector<CrawlFinding> findings;
    for (const os::SqlRow& row : rows) findings.push_back(read_finding(row));
    return findings;
}

}  // namespace tradewind::catalog
