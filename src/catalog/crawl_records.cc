#include "catalog/crawl_records.h"

#include <array>
#include <string_view>
#include <utility>

#include "catalog/catalog_json.h"

namespace tradewind::catalog {

namespace {

// PRAGMA user_version is one for the whole file and not ours.
constexpr std::array schema = {
    "CREATE TABLE IF NOT EXISTS crawled_tables (id INTEGER PRIMARY KEY, schema TEXT NOT NULL,"
    " name TEXT NOT NULL, version INTEGER NOT NULL, staged INTEGER NOT NULL, UNIQUE (schema, name))"
    " STRICT",
    "CREATE TABLE IF NOT EXISTS crawled_versions (table_id INTEGER NOT NULL, number INTEGER NOT "
    "NULL, at INTEGER NOT NULL, root TEXT NOT NULL, layer TEXT NOT NULL, description TEXT NOT NULL,"
    " shapes TEXT NOT NULL, columns TEXT NOT NULL, statistics TEXT NOT NULL, extra TEXT NOT NULL, "
    "run"
    " TEXT NOT NULL, note TEXT NOT NULL, row_count INTEGER NOT NULL, bytes INTEGER NOT NULL,"
    " file_count INTEGER NOT NULL, files_kept INTEGER NOT NULL, PRIMARY KEY (table_id, number))"
    " STRICT, WITHOUT ROWID",
    // Paths are bytes: file names need not be UTF-8.
    "CREATE TABLE IF NOT EXISTS crawled_files (table_id INTEGER NOT NULL, path BLOB NOT NULL,"
    " copy BLOB NOT NULL, since INTEGER NOT NULL, until INTEGER, bytes INTEGER NOT NULL, "
    "modified_at INTEGER NOT NULL,"
    " row_count INTEGER NOT NULL, partition TEXT NOT NULL, shape INTEGER NOT NULL, extra TEXT NOT "
    "NULL,"
    " PRIMARY KEY (table_id, path, since)) STRICT, WITHOUT ROWID",
};

const std::string select_table =
    "SELECT t.schema, t.name, t.version, v.root, v.shapes, v.columns, v.statistics, v.row_count,"
    " v.bytes, v.file_count, v.extra FROM crawled_tables t JOIN crawled_versions v ON v.table_id = "
    "t.id AND v.number = t.version ";

json::Value parsed(const os::SqlValue& value) {
    auto parsed = json::parse(os::text_of(value));
    return parsed.ok() ? std::move(parsed).take() : json::Value();
}

CrawledTable read_table(const os::SqlRow& row) {
    CrawledTable table;
    table.name = {os::text_of(row[0]), os::text_of(row[1])};
    table.version = os::integer_of(row[2]);
    table.root = os::text_of(row[3]);
    table.shapes = shapes_from(parsed(row[4]));
    const json::Value columns = parsed(row[5]);
    table.columns = columns_from(&columns);
    table.statistics = statistics_from(parsed(row[6]));
    table.row_count = os::integer_of(row[7]);
    table.bytes = static_cast<std::uint64_t>(os::integer_of(row[8]));
    table.file_count = static_cast<std::size_t>(os::integer_of(row[9]));
    table.extra = parsed(row[10]);
    return table;
}

TableVersion read_version(const os::SqlRow& row) {
    TableVersion version;
    version.number = os::integer_of(row[0]);
    version.published_at = Timestamp{os::integer_of(row[1])};
    version.row_count = os::integer_of(row[2]);
    version.bytes = static_cast<std::uint64_t>(os::integer_of(row[3]));
    version.file_count = static_cast<std::size_t>(os::integer_of(row[4]));
    version.files_kept = static_cast<std::size_t>(os::integer_of(row[5]));
    version.provenance.run = os::text_of(row[6]);
    version.provenance.note = os::text_of(row[7]);
    const json::Value columns = parsed(row[8]);
    version.provenance.columns = columns_from(&columns);
    return version;
}

Error no_such_table(const TableName& name) {
    return Error(ErrorCode::NotFound, "no crawled table '" + name.text() + "'");
}

}  // namespace

Result<CrawlRecords> CrawlRecords::open(os::Database& database) {
    CrawlRecords records(database);
    TRY(database.transaction([&]() -> Result<void> {
        for (const std::string_view statement : schema) TRY(database.run(statement));
        const auto staged =
            TRY(database.run("SELECT id, version FROM crawled_tables WHERE staged <> 0"));
        for (const os::SqlRow& row : staged) {
            TRY(records.undo_staged({os::integer_of(row[0]), os::integer_of(row[1])}));
        }
        return {};
    }));
    return records;
}

Result<std::vector<CrawledTable>> CrawlRecords::tables(const std::string& root) {
    std::vector<CrawledTable> tables;
    // '0' follows '/': names of folders below lie between them.
    const auto rows = root.empty() ? TRY(database_->run(select_table + "ORDER BY t.schema, t.name"))
            : TRY(database_->run(
                  select_table +
                      "WHERE v.root = ? OR (v.root >= ? AND v.root < ?) ORDER BY t.schema, t.name",
                  {root, root == "/" ? root : root + "/", root == "/" ? "0" : root + "0"}
              ));
            for (const os::SqlRow& row : rows) tables.push_back(read_table(row));
            return tables;
}

Result<std::optional<CrawledTable>> CrawlRecords::find(const TableName& name) {
    const auto rows = TRY(database_->run(
        select_table + "WHERE t.schema = ? AND t.name = ?", {name.schema, name.table}
    ));
    if (rows.empty()) return std::optional<CrawledTable>();
    return std::optional(read_table(rows.front()));
}

Result<std::int64_t> CrawlRecords::version_of(const TableName& name) {
    const auto id = TRY(id_of(name));
    return id ? id->version : 0;
}

Result<TableInfo> CrawlRecords::info(const CrawledTable& table) {
    const Id id = TRY(existing_id(table.name));
    TableInfo info;
    info.declared.name = table.name;
    info.declared.kind = Kind::Crawled;
    info.columns = table.columns;
    info.scan = FileScan();
    if (!table.shapes.empty()) info.scan = table.shapes.front().scan;
    info.root = table.root;
    info.statistics = table.statistics;
    const auto versions = TRY(this->versions(table.name, 1));
    if (!versions.empty()) info.version = versions.front();
    const auto rows = TRY(database_->run(
        "SELECT layer, description FROM crawled_versions WHERE table_id = ? AND number = ?",
        {id.table, table.version}
    ));
    if (!rows.empty()) {
        info.declared.layer = os::text_of(rows[0][0]);
        info.declared.description = os::text_of(rows[0][1]);
    }
    for (const Column& column : info.scan->hive_columns) {
        info.declared.partition_by.push_back(column.name);
    }
    return info;
}

Result<std::vector<TableVersion>> CrawlRecords::versions(
    const TableName& name, std::size_t count_max
) {
    const Id id = TRY(existing_id(name));
    std::vector<TableVersion> versions;
    const auto rows = TRY(database_->run(
        "SELECT number, at, row_count, bytes, file_count, files_kept, run, note, columns FROM "
        "crawled_versions WHERE table_id = ? ORDER BY number DESC LIMIT ?",
        {id.table, static_cast<std::int64_t>(count_max)}
    ));
    for (const os::SqlRow& row : rows) versions.push_back(read_version(row));
    return versions;
}

Result<std::vector<TablePartition>> CrawlRecords::partitions(const TableName& name) {
    const Id id = TRY(existing_id(name));
    std::vector<TablePartition> partitions;
    const auto rows = TRY(database_->run(
        "SELECT partition, sum(row_count), sum(bytes), count(*) FROM crawled_files WHERE table_id ="
        " ? AND since <= ? AND (until IS NULL OR until > ?) AND partition <> '{}' GROUP BY "
        "partition ORDER BY min(path)",
        {id.table, id.version, id.version}
    ));
    for (const os::SqlRow& row : rows) {
        TablePartition& partition = partitions.emplace_back();
        partition.values = partition_from(parsed(row[0]));
        partition.row_count = os::integer_of(row[1]);
        partition.bytes = static_cast<std::uint64_t>(os::integer_of(row[2]));
        partition.file_count = static_cast<std::size_t>(os::integer_of(row[3]));
    }
    return partitions;
}

Result<std::vector<CrawledFile>> CrawlRecords::page(
    const TableName& name, const std::string& after, std::size_t count_max
) {
    std::vector<CrawledFile> files;
    const auto id = TRY(id_of(name));
    if (!id) return files;
    const auto rows = TRY(database_->run(
        "SELECT path, bytes, modified_at, row_count, shape, extra, copy FROM crawled_files WHERE "
        "table_id = ? AND path "
        "> ? AND since <= ? AND (until IS NULL OR until > ?) ORDER BY path LIMIT ?",
        {id->table, os::Blob{after}, id->version, id->version, static_cast<std::int64_t>(count_max)}
    ));
    files.reserve(rows.size());
    for (const os::SqlRow& row : rows) {
        CrawledFile& file = files.emplace_back();
        file.path = os::text_of(row[0]);
        file.bytes = static_cast<std::uint64_t>(os::integer_of(row[1]));
        file.modified_at = Timestamp{os::integer_of(row[2])};
        file.row_count = os::integer_of(row[3]);
        file.shape = static_cast<std::size_t>(os::integer_of(row[4]));
        file.copy = os::text_of(row[6]);
        if (const std::string extra = os::text_of(row[5]); extra != "null") {
            file.extra = parsed(row[5]);
        }
    }
    return files;
}

Result<TableFiles> CrawlRecords::files(const CrawledTable& table, std::int64_t number) {
    const Id id = TRY(existing_id(table.name));
    const auto rows = TRY(database_->run(
        "SELECT shapes, columns FROM crawled_versions WHERE table_id = ? AND number = ?",
        {id.table, number}
    ));
    if (rows.empty()) {
        return Error(
                   ErrorCode::NotFound,
                   "'" + table.name.text() + "' has no version " + std::to_string(number)
        )
            .with_hint("Its newest version is " + std::to_string(table.version) + ".");
    }
    const auto gone = TRY(database_->run(
        "SELECT path FROM crawled_files WHERE table_id = ? AND since <= ? AND until > ? LIMIT 1",
        {id.table, number, number}
    ));
    if (!gone.empty()) {
        return Error(
                   ErrorCode::NotFound,
                   "version " + std::to_string(number) + " of '" + table.name.text() +
                       "' can no longer be read"
        )
            .with_detail(
                "'" + os::text_of(gone[0][0]) + "' was deleted or replaced since; the platform " +
                "keeps no copy of files that are not its own."
            )
            .with_hint("Import files whose history matters, instead of crawling them in place.");
    }
    TableFiles files;
    files.name = table.name;
    const json::Value columns = parsed(rows[0][1]);
    files.columns = columns_from(&columns);
    const std::vector<CrawledShape> shapes = shapes_from(parsed(rows[0][0]));
    if (!shapes.empty()) files.scan = shapes.front().scan;
    TRY(add_files(files, shapes, {id.table, number}));
    return files;
}

Result<void> CrawlRecords::add_files(
    TableFiles& table, const std::vector<CrawledShape>& shapes, Id id
) {
    const auto found = TRY(database_->run(
        "SELECT path, shape, copy FROM crawled_files WHERE table_id = ? AND since <= ? AND (until "
        "IS NULL"
        " OR until > ?) ORDER BY path",
        {id.table, id.version, id.version}
    ));
    std::vector<FileGroup> groups;
    for (const CrawledShape& shape : shapes)
        groups.push_back({shape.scan, shape.columns, {}, shape.sources, shape.types});
    table.files.reserve(found.size());
    for (const os::SqlRow& row : found) {
        const std::string copy = os::text_of(row[2]);
        table.files.push_back(copy.empty() ? os::text_of(row[0]) : copy);
        const auto shape = static_cast<std::size_t>(os::integer_of(row[1]));
        if (shape < groups.size()) groups[shape].files.push_back(table.files.back());
    }
    std::erase_if(groups, [](const FileGroup& group) { return group.files.empty(); });
    if (!groups.empty()) table.scan = groups.front().scan;
    table.groups = std::move(groups);
    return {};
}

Result<std::optional<CrawlRecords::Id>> CrawlRecords::id_of(const TableName& name) {
    const auto rows = TRY(database_->run(
        "SELECT id, version FROM crawled_tables WHERE schema = ? AND name = ?",
        {name.schema, name.table}
    ));
    if (rows.empty()) return std::optional<Id>();
    return std::optional(Id{os::integer_of(rows[0][0]), os::integer_of(rows[0][1])});
}

Result<CrawlRecords::Id> CrawlRecords::existing_id(const TableName& name) {
    const auto id = TRY(id_of(name));
    if (!id) return no_such_table(name);
    return *id;
}

Result<CrawlRecords::Id> CrawlRecords::id_or_new(const TableName& name) {
    if (const auto id = TRY(id_of(name))) return *id;
    TRY(database_->run(
        "INSERT INTO crawled_tables (schema, name, version, staged) VALUES (?, ?, 0, 0)",
        {name.schema, name.table}
    ));
    return existing_id(name);
}

}  // namespace tradewind::catalog
