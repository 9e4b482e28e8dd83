// Files in bulk: from a path to raw, table and serving, without the stream's log. Knows which file
// was delivered before (identity), replaces corrected ones, and continues after a crash.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "deliver/deliver.h"
#include "engine/engine.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"

namespace tradewind::importer {

enum class ImportState { Queued, Running, Succeeded, Skipped, Refused, Failed, Cancelled };
const char* to_string(ImportState state);

// What a file may be known by, whichever door it comes in by: a path below landing.
// InvalidArgument: absolute, a part that is empty, "." or "..", control characters, no UTF-8, too
// long.
Result<void> check_identity(std::string_view identity);

struct ImportRequest {
    std::string source;  // contract's name
    std::string path;    // absolute
    // Where its sender has it, who sent it along: the file is known by that, and `path` is where
    // its bytes lie until the import is done. Empty: at `path`.
    std::string sent_from = {};
    std::string identity;  // see check_identity; empty: the file's name without folders
    std::string encoding;  // empty: detect
    // Where the rows in the table came from this very path, the file keeps the identity that it had
    // then, whatever `identity` says.
    bool keep_identity = false;
    bool again = false;  // the same bytes under another name are wanted
};

// How a file is written, as it was read: detected, but for an encoding that was asked for.
struct ReadAs {
    std::string kind;         // csv, xlsx, json, ndjson, parquet
    std::string compression;  // gzip, zstd; empty: none
    std::string encoding;     // of text; empty: the kind has none
    std::string delimiter;    // of CSV, one character; else empty
    // Of CSV and sheets: the first row names the columns. Nothing: the kind has no such row.
    std::optional<bool> header;
    // Of a workbook whose rows stand in more than one sheet: those, in order.
    std::vector<std::string> sheets = {};
    // Sheets whose columns do not fit, so that they are left out.
    std::vector<std::string> other_sheets = {};
    bool operator==(const ReadAs&) const = default;
};

// One file's way in. Skipped: same identity and bytes as before. Refused: known bytes under another
// name, a header that does not fit, too many bad rows, …; Failed: cut off or unreadable, or no row
// of it could be used: those are dead letters, and it stands for its identity as one that succeeded
// does. A failed import whose rows could not be published (or taken back) wholly, a full disk for
// example, is continued by resume() and at the next start; until then later deliveries of its file
// wait for it.
struct Import {
    std::int64_t id = 0;  // its rows' origin
    std::string source;
    std::string identity;
    std::string path;
    std::string upload;  // where its bytes lie if it was sent along from `path`; else empty
    ImportState state = ImportState::Queued;
    std::string message;  // why it was skipped, refused or failed, and what to do
    std::string content_hash;
    std::int64_t replaces = 0;  // the import whose rows it corrected
    std::uint64_t bytes_total = 0;
    std::uint64_t bytes_done = 0;
    std::int64_t row_count = 0;  // accepted
    std::int64_t rejected_count = 0;
    std::int64_t filtered_count = 0;
    std::int64_t replaced_count = 0;
    // The version of the source's table that holds its rows as its commit left them, or, skipped,
    // those of the delivery that it repeats; 0: none.
    std::int64_t table_version = 0;
    // Nothing: it was not opened as a file of any kind, or not yet.
    std::optional<ReadAs> read_as;
    Timestamp queued_at;
    Timestamp started_at;
    Timestamp finished_at;
};

// An import whose rows are in the SQL table, or whose dead letters alone are in the lake, as its
// files tell of it.
struct FoundImport {
    std::int64_t id = 0;
    std::string source;
    std::string identity;
    std::string content_hash;
    std::int64_t row_count = 0;
    std::int64_t rejected_count = 0;  // dead letters that the errors folder tells of
};

// The ids of all imports that are recorded.
Result<std::set<std::int64_t>> recorded_imports(os::Database& database);

struct ImportSettings {
    // The highest id that rows in the lake carry. New imports get higher ones even where the
    // records of the earlier ones were lost: an id used twice would take new rows for those of the
    // old.
    std::int64_t ids_used = 0;
    // Those of them whose record is lost are recorded again: else the same file would come in
    // twice, and a corrected one beside its earlier rows.
    std::vector<FoundImport> found_in_lake;
    // A batch on its way from the reading thread to the delivering one ends at either.
    std::size_t batch_rows = 65'536;
    std::size_t batch_bytes_max = 16u << 20;
    // Batches that wait between the two threads.
    std::size_t queue_batches = 2;
    std::uint64_t memory_bytes_max = 512u << 20;
    double unpacked_ratio_max = 1000;
    // Unavailable (no memory now, a sink that is behind): tried again after a while, which doubles
    // from the first to the last, so many times; then the import has failed.
    std::int64_t retry_delay_us_first = 100'000;
    std::int64_t retry_delay_us_max = 5'000'000;
    int retry_count_max = 20;
    std::string extension_folder;
    std::string temp_folder;
    // The name under which a kept original (a path in the lake, see Delivery::keep_original) can be
    // opened: lake::Lake::absolute. Rows are read from the kept copy, so that a file that is
    // changed or removed meanwhile does no harm. Empty function: from the delivered file.
    std::function<std::string(const std::string&)> original_path;
};

// All methods: any thread. Imports of all sources run one after another in order of their ids on
// the importer's own thread (a source's rows keep the order of its files; two cores are busy with
// one file).
class Importer {
public:
    virtual ~Importer() = default;
    // Continues what a crash interrupted, then takes new work.
    virtual Result<void> start() = 0;
    virtual void stop() = 0;
    // Makes the durable records and returns them, queued, in order. NotFound / InvalidArgument: a
    // path that cannot be read or a source that does not exist (then nothing was queued).
    virtual Result<std::vector<Import>> submit(const std::vector<ImportRequest>& requests) = 0;
    virtual Result<Import> show(std::int64_t id) = 0;
    virtual Result<std::vector<Import>> list(
        const std::optional<std::string>& source, std::int64_t limit
    ) = 0;
    virtual Result<void> cancel(std::int64_t id) = 0;
    // Waits until the import is no longer queued or running, or the time is up; its state then.
    virtual Result<Import> wait(std::int64_t id, std::int64_t timeout_us) = 0;
    // Imports that were interrupted and are queued again now.
    virtual Result<std::vector<Import>> resume() = 0;
};

Result<std::unique_ptr<Importer>> open_importer(
    ImportSettings settings,
    std::map<std::string, deliver::Delivery*> deliveries,
    os::Database& database,
    os::Filesystem& files,
    os::Clock& clock,
    MetricsRegistry& metrics
);

}  // namespace tradewind::importer
