#include "importer/records.h"

#include <array>
#include <string_view>

#include "importer/read_as.h"

namespace tradewind::importer {

namespace {

// 1: without table_version. 2: without read_as. 3: without upload.
constexpr std::int64_t schema_version = 4;

constexpr std::string_view create_version =
    "CREATE TABLE IF NOT EXISTS importer_schema (version INTEGER NOT NULL)";
constexpr std::string_view create_imports = R"(CREATE TABLE IF NOT EXISTS imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    identity TEXT NOT NULL,
    path TEXT NOT NULL,
    encoding TEXT NOT NULL,
    again INTEGER NOT NULL,
    state TEXT NOT NULL,
    ending TEXT,
    publishing INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    message TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    original TEXT NOT NULL,
    replaces INTEGER NOT NULL,
    bytes_total INTEGER NOT NULL,
    bytes_done INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    rejected_count INTEGER NOT NULL,
    filtered_count INTEGER NOT NULL,
    replaced_count INTEGER NOT NULL,
    table_version INTEGER NOT NULL DEFAULT 0,
    read_as TEXT NOT NULL DEFAULT '',
    upload TEXT NOT NULL DEFAULT '',
    queued_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL
) STRICT)";
constexpr std::string_view add_table_version =
    "ALTER TABLE imports ADD COLUMN table_version INTEGER NOT NULL DEFAULT 0";
constexpr std::string_view add_read_as =
    "ALTER TABLE imports ADD COLUMN read_as TEXT NOT NULL DEFAULT ''";
constexpr std::string_view add_upload =
    "ALTER TABLE imports ADD COLUMN upload TEXT NOT NULL DEFAULT ''";
constexpr std::string_view create_identity_index =
    "CREATE INDEX IF NOT EXISTS imports_by_identity ON imports (source, identity, id)";
constexpr std::string_view create_hash_index =
    "CREATE INDEX IF NOT EXISTS imports_by_hash ON imports (source, content_hash)";
constexpr std::string_view create_path_index =
    "CREATE INDEX IF NOT EXISTS imports_by_path ON imports (source, path)";
constexpr std::string_view create_unfinished_index =
    "CREATE INDEX IF NOT EXISTS imports_unfinished ON imports (id) WHERE finished = 0";

// In the targets, if only with dead letters: a failed one whose commit was done.
constexpr std::string_view delivered =
    "(state = 'succeeded' OR (state = 'failed' AND publishing = 1 AND finished = 1))";

// Not what a correction took out again: of an identity only the last delivery counts.
const std::string is_last =
    "id = (SELECT max(id) FROM imports AS later WHERE later.source = other.source"
    " AND later.identity = other.identity AND " +
    std::string(delivered) + ")";

// The order of read_record().
const std::string select =
    "SELECT id, source, identity, path, encoding, again, state, ending, publishing, finished,"
    " message, content_hash, original, replaces, bytes_total, bytes_done, row_count, "
    "rejected_count,"
    " filtered_count, replaced_count, table_version, read_as, upload, queued_at, started_at, "
    "finished_at FROM imports ";

constexpr std::array all_states = {
    ImportState::Queued,
    ImportState::Running,
    ImportState::Succeeded,
    ImportState::Skipped,
    ImportState::Refused,
    ImportState::Failed,
    ImportState::Cancelled
};

// A word we do not know stands for an import that has ended somehow.
ImportState state_of(std::string_view name) {
    for (const ImportState state : all_states) {
        if (name == to_string(state)) return state;
    }
    return ImportState::Failed;
}

Record read_record(const os::SqlRow& row) {
    std::size_t at = 0;
    const auto text = [&] { return os::text_of(row[at++]); };
    const auto integer = [&] { return os::integer_of(row[at++]); };
    Record record;
    Import& import = record.import;
    import.id = integer();
    import.source = text();
    import.identity = text();
    import.path = text();
    record.encoding = text();
    record.again = integer() != 0;
    import.state = state_of(text());
    const std::string ending = text();
    if (!ending.empty()) record.ending = state_of(ending);
    record.publishing = integer() != 0;
    record.finished = integer() != 0;
    import.message = text();
    import.content_hash = text();
    record.original = text();
    import.replaces = integer();
    import.bytes_total = static_cast<std::uint64_t>(integer());
    import.bytes_done = static_cast<std::uint64_t>(integer());
    import.row_count = integer();
    import.rejected_count = integer();
    import.filtered_count = integer();
    import.replaced_count = integer();
    import.table_version = integer();
    import.read_as = decode_read_as(text());
    import.upload = text();
    import.queued_at.micros = integer();
    import.started_at.micros = integer();
    import.finished_at.micros = integer();
    return record;
}

os::SqlValue ending_value(const Record& record) {
    if (!record.ending) return std::monostate{};
    return std::string(to_string(*record.ending));
}

Result<void> check_version(os::Database& database) {
    const auto rows = TRY(database.run("SELECT version FROM importer_schema"));
    if (rows.empty()) {
        TRY(database.run("INSERT INTO importer_schema VALUES (?)", {schema_version}));
        return {};
    }
    const std::int64_t version = os::integer_of(rows[0][0]);
    if (version == schema_version) return {};
    if (version >= 1 && version < schema_version) {
        if (version < 2) TRY(database.run(add_table_version));
        if (version < 3) TRY(database.run(add_read_as));
        TRY(database.run(add_upload));
        TRY(database.run("UPDATE importer_schema SET version = ?", {schema_version}));
        return {};
    }
    return Error(
               ErrorCode::Conflict,
               "the records of imports have version " + std::to_string(version) +
                   ", this program knows " + std::to_string(schema_version)
    )
        .with_hint("Open the workspace with the program that wrote it, or a newer one.");
}

}  // namespace

const char* to_string(ImportState state) {
    switch (state) {
        case ImportState::Queued:
            return "queued";
        case ImportState::Running:
            return "running";
        case ImportState::Succeeded:
            return "succeeded";
        case ImportState::Skipped:
            return "skipped";
        case ImportState::Refused:
            return "refused";
        case ImportState::Failed:
            return "failed";
        case ImportState::Cancelled:
            return "cancelled";
    }
    return "failed";
}

Result<Records> Records::open(os::Database& database) {
    // PRAGMA user_version is one for the whole file and not ours: the version is a row.
    TRY(database.transaction([&]() -> Result<void> {
        TRY(database.run(create_version));
        TRY(check_version(database));
        for (const std::string_view statement :
             {create_imports,
              create_identity_index,
              create_hash_index,
              create_path_index,
              create_unfinished_index}) {
            TRY(database.run(statement));
        }
        return {};
    }));
    return Records(database);
}

Result<void> Records::skip_ids(std::int64_t ids_used) {
    return os::skip_ids(*database_, "imports", ids_used);
}

Result<std::set<std::int64_t>> Records::ids() const {
    std::set<std::int64_t> ids;
    for (const os::SqlRow& row : TRY(database_->run("SELECT id FROM imports")))
        ids.insert(os::integer_of(row[0]));
    return ids;
}

Result<std::set<std::int64_t>> recorded_imports(os::Database& database) {
    const Records records = TRY(Records::open(database));
    return records.ids();
}

Result<void> Records::restore(const std::vector<FoundImport>& found) {
    return database_->transaction([&]() -> Result<void> {
        for (const FoundImport& import : found) {
            // Such a one has failed after its commit.
            const bool letters_alone = import.row_count == 0 && import.rejected_count > 0;
            TRY(database_->run(
                "INSERT OR IGNORE INTO imports (id, source, identity, path, encoding, again, state,"
                " publishing, finished, message, content_hash, original, replaces, bytes_total,"
                " bytes_done, row_count, rejected_count, filtered_count, replaced_count, queued_at,"
                " started_at, finished_at) VALUES (?, ?, ?, '', '', 0, ?, ?, 1, ?, ?, '', 0, 0, 0,"
                " ?, ?, 0, 0, 0, 0, 0)",
                {import.id,
                 import.source,
                 import.identity,
                 std::string(to_string(letters_alone ? ImportState::Failed : ImportState::Succeeded)
                 ),
                 std::int64_t{letters_alone},
                 std::string(
                     letters_alone ? "its record was lost; no row of it could be used"
                                   : "its record was lost; the rows are in the table"
                 ),
                 import.content_hash,
                 import.row_count,
                 import.rejected_count}
            ));
        }
        return {};
    });
}

Result<void> Records::add(std::vector<Record>& records) {
    return database_->transaction([&]() -> Result<void> {
        for (Record& record : records) {
            const Import& import = record.import;
            const auto rows = TRY(database_->run(
                "INSERT INTO imports (source, identity, path, upload, encoding, again, state,"
                " publishing, finished, message, content_hash, original, replaces, bytes_total, "
                "bytes_done, row_count,"
                " rejected_count, filtered_count, replaced_count, queued_at, started_at,"
                " finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, '', '', '', 0, ?, 0, 0, 0, 0, 0, "
                "?, "
                "0, "
                "0)"
                " RETURNING id",
                {import.source,
                 import.identity,
                 import.path,
                 import.upload,
                 record.encoding,
                 std::int64_t{record.again},
                 std::string(to_string(import.state)),
                 static_cast<std::int64_t>(import.bytes_total),
                 import.queued_at.micros}
            ));
            record.import.id = os::integer_of(rows[0][0]);
        }
        return {};
    });
}

Result<void> Records::update(const Record& record) {
    const Import& import = record.import;
    TRY(database_->run(
        "UPDATE imports SET state = ?, ending = ?, publishing = ?, finished = ?, message = ?, "
        "content_hash = ?,"
        " original = ?, replaces = ?, bytes_total = ?, bytes_done = ?, row_count = ?,"
        " rejected_count = ?, filtered_count = ?, replaced_count = ?, table_version = ?,"
        " read_as = ?, started_at = ?, finished_at = ? WHERE id = ?",
        {std::string(to_string(import.state)),
         ending_value(record),
         std::int64_t{record.publishing},
         std::int64_t{record.finished},
         import.message,
         import.content_hash,
         record.original,
         import.replaces,
         static_cast<std::int64_t>(import.bytes_total),
         static_cast<std::int64_t>(import.bytes_done),
         import.row_count,
         import.rejected_count,
         import.filtered_count,
         import.replaced_count,
         import.table_version,
         encode_read_as(import.read_as),
         import.started_at.micros,
         import.finished_at.micros,
         import.id}
    ));
    return {};
}

Result<Record> Records::find(std::int64_t id) const {
    const auto found = TRY(first("WHERE id = ?", {id}));
    if (found) return *found;
    return Error(ErrorCode::NotFound, "there is no import " + std::to_string(id));
}

Result<std::vector<Record>> Records::list(
    const std::optional<std::string>& source, std::int64_t limit
) const {
    const std::string where = source ? "WHERE source = ? " : "";
    std::vector<os::SqlValue> parameters;
    if (source) parameters.emplace_back(*source);
    parameters.emplace_back(limit);
    std::vector<Record> records;
    for (const os::SqlRow& row :
         TRY(database_->run(select + where + "ORDER BY id DESC LIMIT ?", parameters))) {
        records.push_back(read_record(row));
    }
    return records;
}

Result<std::vector<std::int64_t>> Records::unfinished() const {
    std::vector<std::int64_t> ids;
    for (const os::SqlRow& row :
         TRY(database_->run("SELECT id FROM imports WHERE finished = 0 ORDER BY id"))) {
        ids.push_back(os::integer_of(row[0]));
    }
    return ids;
}

Result<std::optional<Record>> Records::first(
    const std::string& condition, const std::vector<os::SqlValue>& parameters
) const {
    const auto rows = TRY(database_->run(select + condition + " LIMIT 1", parameters));
    if (rows.empty()) return std::optional<Record>();
    return std::optional<Record>(read_record(rows[0]));
}

Result<std::optional<Record>> Records::current(
    const std::string& source, const std::string& identity
) const {
    return first(
        "WHERE source = ? AND identity = ? AND " + std::string(delivered) + " ORDER BY id DESC",
        {source, identity}
    );
}

Result<std::optional<Record>> Records::came_from(const std::string& source, const std::string& path)
    const {
    const std::string were_delivered(delivered);
    return first(
        "AS other WHERE source = ? AND path = ? AND " + were_delivered + " AND " + is_last +
            " ORDER BY id DESC",
        {source, path}
    );
}

Result<std::optional<Record>> Records::same_bytes(const Record& record) const {
    const Import& import = record.import;
    const std::string were_delivered(delivered);
    return first(
        "AS other WHERE source = ? AND content_hash = ? AND identity <> ? AND id <> ? AND ("
        "(finished = 0 AND id < ?) OR (" +
            were_delivered + " AND row_count + rejected_count > 0 AND " + is_last +
            ")) ORDER BY id",
        {import.source, import.content_hash, import.identity, import.id, import.id}
    );
}

Result<std::optional<Record>> Records::unfinished_before(const Record& record) const {
    const Import& import = record.import;
    return first(
        "WHERE source = ? AND identity = ? AND finished = 0 AND id < ? ORDER BY id",
        {import.source, import.identity, import.id}
    );
}

}  // namespace tradewind::importer
