// What changes the crawler's records.
#include "catalog/catalog_json.h"
#include "catalog/crawl_records.h"

namespace tradewind::catalog {

namespace {

std::int64_t as_integer(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

}  // namespace

Result<void> CrawlRecords::put(
    Id id, const std::vector<CrawledFile>& added, const std::vector<std::string>& removed
) {
    const std::int64_t next = id.version + 1;
    for (const std::string& path : removed) {
        TRY(database_->run(
            "UPDATE crawled_files SET until = ? WHERE table_id = ? AND path = ? AND until IS NULL "
            "AND since < ?",
            {next, id.table, os::Blob{path}, next}
        ));
    }
    for (const CrawledFile& file : added) {
        TRY(database_->run(
            "INSERT OR REPLACE INTO crawled_files (table_id, path, copy, since, bytes, "
            "modified_at, row_count, partition, shape, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "?)",
            {id.table,
             os::Blob{file.path},
             os::Blob{file.copy},
             next,
             as_integer(file.bytes),
             file.modified_at.micros,
             file.row_count,
             to_json(file.partition).dump(),
             static_cast<std::int64_t>(file.shape),
             file.extra.dump()}
        ));
    }
    return {};
}

Result<void> CrawlRecords::stage(
    const TableName& name,
    const std::vector<CrawledFile>& added,
    const std::vector<std::string>& removed
) {
    return database_->transaction([&]() -> Result<void> {
        const Id id = TRY(id_or_new(name));
        TRY(database_->run("UPDATE crawled_tables SET staged = 1 WHERE id = ?", {id.table}));
        return put(id, added, removed);
    });
}

Result<void> CrawlRecords::undo_staged(Id id) {
    TRY(database_->run(
        "DELETE FROM crawled_files WHERE table_id = ? AND since > ?", {id.table, id.version}
    ));
    TRY(database_->run(
        "UPDATE crawled_files SET until = NULL WHERE table_id = ? AND until > ?",
        {id.table, id.version}
    ));
    if (id.version == 0) {
        TRY(database_->run("DELETE FROM crawled_tables WHERE id = ?", {id.table}));
        return {};
    }
    TRY(database_->run("UPDATE crawled_tables SET staged = 0 WHERE id = ?", {id.table}));
    return {};
}

Result<void> CrawlRecords::unstage(const TableName& name) {
    return database_->transaction([&]() -> Result<void> {
        const auto id = TRY(id_of(name));
        if (!id) return {};
        return undo_staged(*id);
    });
}

Result<CrawlRecords::Totals> CrawlRecords::totals(std::int64_t table, std::int64_t version) {
    const auto rows = TRY(database_->run(
        "SELECT coalesce(sum(row_count), 0), coalesce(sum(bytes), 0), count(*), count(*) FILTER "
        "(WHERE since < ?) FROM crawled_files WHERE table_id = ? AND since <= ? AND (until IS NULL "
        "OR until > ?)",
        {version, table, version, version}
    ));
    const os::SqlRow& row = rows.front();
    return Totals{
        os::integer_of(row[0]),
        os::integer_of(row[1]),
        os::integer_of(row[2]),
        os::integer_of(row[3])
    };
}

Result<void> CrawlRecords::put_version(Id id, const CrawledVersion& version, const Totals& totals) {
    TRY(database_->run(
        "INSERT INTO crawled_versions (table_id, number, at, root, layer, description, shapes, "
        "columns, statistics, extra, run, note, row_count, bytes, file_count, files_kept) VALUES "
        "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {id.table,
         id.version,
         version.at.micros,
         version.root,
         version.layer,
         version.description,
         to_json(version.shapes).dump(),
         to_json(version.columns).dump(),
         to_json(version.statistics).dump(),
         version.extra.dump(),
         version.run,
         version.note,
         totals.row_count,
         totals.bytes,
         totals.file_count,
         totals.files_kept}
    ));
    // Only the newest is needed to go on from, and it may be big.
    TRY(database_->run(
        "UPDATE crawled_versions SET extra = 'null' WHERE table_id = ? AND number = ?",
        {id.table, id.version - 1}
    ));
    TRY(database_->run(
        "UPDATE crawled_tables SET version = ?, staged = 0 WHERE id = ?", {id.version, id.table}
    ));
    return {};
}

Result<std::int64_t> CrawlRecords::record(const CrawledVersion& version) {
    std::int64_t number = 0;
    TRY(database_->transaction([&]() -> Result<void> {
        const Id id = TRY(id_or_new(version.name));
        TRY(put(id, version.added, version.removed));
        number = id.version + 1;
        const Totals sums = TRY(totals(id.table, number));
        return put_version({id.table, number}, version, sums);
    }));
    return number;
}

Result<void> CrawlRecords::rename(const TableName& name, const TableName& to) {
    return database_->transaction([&]() -> Result<void> {
        const Id id = TRY(existing_id(name));
        if (TRY(id_of(to))) {
            return Error(
                ErrorCode::AlreadyExists, "there is a crawled table '" + to.text() + "' already"
            );
        }
        TRY(database_->run(
            "UPDATE crawled_tables SET schema = ?, name = ? WHERE id = ?",
            {to.schema, to.table, id.table}
        ));
        TRY(database_->run(
            "UPDATE crawl_findings SET table_name = ? WHERE table_name = ?",
            {to.text(), name.text()}
        ));
        return {};
    });
}

Result<void> CrawlRecords::forget(const TableName& name) {
    return database_->transaction([&]() -> Result<void> {
        const Id id = TRY(existing_id(name));
        TRY(database_->run("DELETE FROM crawled_files WHERE table_id = ?", {id.table}));
        TRY(database_->run("DELETE FROM crawled_versions WHERE table_id = ?", {id.table}));
        TRY(database_->run("DELETE FROM crawled_tables WHERE id = ?", {id.table}));
        return {};
    });
}

}  // namespace tradewind::catalog
