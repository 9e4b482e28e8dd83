// Delivery: brings a source's records to its targets, exactly once each: raw files, serving tables,
// the SQL table, and the dead letters. Streamed records come from the stream's log, imported ones
// by a Load. Every sink commits its own position together with its data, and none waits for
// another.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/row_batch.h"
#include "contract/contract.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"
#include "serving/serving.h"
#include "stream/stream.h"

namespace tradewind::deliver {

// ---------------------------------------------------------------- dead letters

enum class LetterState { Open, Replaying, Replayed, Discarded };
const char* to_string(LetterState state);  // Replaying shows as "open"

// A record that could not be used, with all that is needed to repair and replay it. `id` is
// deterministic: "<stream>/request/<request>/<index>" (refused at the door),
// "<stream>/<partition>/<offset>" (failed in delivery), "import/<import>/<row>".
struct DeadLetter {
    std::string id;
    std::string source;  // of the contract: the stream's name
    std::string stage;   // "door", "delivery", "import"
    std::string type;    // contract::Rejection::type, or the file reader's
    std::string reason;
    std::string original;  // bytes as received
    std::string record;    // the JSON record that replay sends unless given another; empty: the
                           // original is it
    LetterState state = LetterState::Open;
    Timestamp captured_at;
    std::string file;       // imports: name and line
    std::int64_t line = 0;  // 0: not known
};

struct LetterFilter {
    std::optional<std::string> source;
    std::optional<LetterState> state;
    std::int64_t limit = 100;
    std::optional<std::string> cursor;
};

struct LetterPage {
    std::vector<DeadLetter> letters;  // newest first
    std::optional<std::string> next_cursor;
};

class DeadLetters {
public:
    virtual ~DeadLetters() = default;
    // First brings in what the streams hold, so that a letter is listed once its 200 was sent; a
    // source whose stream cannot be read is logged, and all others are listed.
    virtual Result<LetterPage> list(const LetterFilter& filter) = 0;
    virtual Result<DeadLetter> show(const std::string& id) = 0;
    // Appends the record (or its repaired form) to its stream, once for ever. Errors: NotFound;
    // Conflict — replayed or discarded before; InvalidArgument — it still breaks the contract
    // (state stays open).
    virtual Result<stream::AppendAnswer> replay(
        const std::string& id, const std::optional<std::string>& repaired
    ) = 0;
    virtual Result<void> discard(const std::string& id) = 0;
    virtual Result<std::int64_t> open_count(const std::string& source) = 0;
    // Adds letters (ids that are there already are left alone; one whose replay the stream knows of
    // was replayed).
    virtual Result<void> add(const std::vector<DeadLetter>& letters) = 0;
    // The same with how far the stream was read, in one transaction.
    virtual Result<void> add_up_to(
        const std::string& source, const std::vector<DeadLetter>& letters, Position next
    ) = 0;
    // What add_up_to said last; 0 at first.
    virtual Result<Position> position(const std::string& source) = 0;
    // Takes back the letters of an import that is replaced or failed.
    virtual Result<void> remove_import(OriginId origin) = 0;
    // Called by list, show and replay before they look: brings the letters up to the stream's end.
    // An empty function takes the registration back. With the registration the source's replays
    // that a crash interrupted are finished: its sinks are open then, its stream takes appends.
    virtual void on_look(const std::string& source, std::function<Result<void>()> catch_up) = 0;
};

// ---------------------------------------------------------------- sinks

struct SinkStatus {
    std::string name;      // "raw", "errors", "serving", "table", "dead_letters"
    Position position;     // everything below is done (durably, or rebuilt at start)
    std::int64_t lag = 0;  // durable records still to deliver
    bool paused = false;
    std::string error;  // why it is stuck now; empty: it is not
};

struct DeliverySettings {
    // False: no threads; somebody calls step() (simulations).
    bool own_threads = true;
    std::uint64_t raw_flush_bytes = 64u << 20;  // before compression
    std::int64_t raw_flush_age_us = 60'000'000;
    // The engine takes that many new rows into a table without copying them once more.
    std::int64_t table_append_rows = 122'880;
    std::int64_t table_flush_rows = 1'000'000;
    std::int64_t table_flush_age_us = 300'000'000;
    std::size_t batch_records_max = 50'000;
    std::int64_t serving_flush_age_us = 1'000'000;
    std::int64_t retry_delay_us_max = 5'000'000;
    std::int64_t import_rejections_max = 100'000;  // a file with more is refused whole
};

// ---------------------------------------------------------------- imports

// One delivery of one file. Made durable by the importer before the first byte is written.
struct LoadTicket {
    OriginId origin;       // ≥ 1, ascending in order of their start
    std::string identity;  // decoded path below landing, or the name given
    std::string content_hash;
    std::optional<OriginId> replaces;  // a correction takes out that import's rows
    Timestamp received_at;
    // Of a source that is loaded by snapshots: the file's, in days since 1970-01-01.
    std::optional<std::int64_t> date = {};
};

struct LoadReport {
    std::int64_t row_count = 0;  // accepted
    std::int64_t rejected_count = 0;
    std::int64_t filtered_count = 0;  // by the transform
    std::int64_t replaced_count = 0;  // rows of earlier deliveries taken out
    std::int64_t table_version = 0;   // the table's version that holds them
    bool shown = true;  // false: the table goes on showing a newer snapshot, and serving with it
};

// A version of the table that holds an import's rows as its commit left them.
struct KeptVersion {
    std::int64_t number = 0;
    bool current = false;  // the table shows them now
};

struct RejectedRow {
    std::int64_t row = 0;
    std::int64_t line = 0;
    contract::Rejection rejection;
    std::string original;     // the line as it stands in the file
    std::string record = {};  // its cells as a JSON object, where they could be told apart
};

// Rows of one file on their way in. One thread. Destroyed without commit: nothing reached the
// table, and a later Load of the same ticket continues (serving skips what it has).
class Load {
public:
    virtual ~Load() = default;
    // Rows in file order, provenance.sequence = row number. Waits while targets are behind (bounded
    // memory).
    // `lines`: where each of the rows begins in the file, for those that fail in the transform;
    // empty: not known.
    virtual Result<void> add(
        RowBatch rows, std::vector<RejectedRow> rejected, std::vector<std::int64_t> lines
    ) = 0;
    Result<void> add(RowBatch rows, std::vector<RejectedRow> rejected) {
        return add(std::move(rows), std::move(rejected), {});
    }
    // Publishes: table version, serving durable, dead letters, errors folder. Repeatable after a
    // crash. A snapshot takes all earlier imports' rows out; one that is older than what the table
    // shows becomes a version of its own that readers have to ask for.
    virtual Result<LoadReport> commit() = 0;
    // Takes back what reached the targets: the file is refused as a whole. Repeatable after a
    // crash. What it was to replace stays, or comes back to serving, unless the table had it
    // replaced already.
    virtual Result<void> abandon() = 0;
};

// ---------------------------------------------------------------- one source

// All methods: any thread.
class Delivery {
public:
    virtual ~Delivery() = default;

    virtual const contract::Contract& contract() const = 0;
    virtual stream::Stream* stream() = 0;  // nullptr: a files source

    // Starts the sinks' threads. The hot table is rebuilt from the stream before this returns. A
    // sink that cannot begin (its dataset is damaged, say) is stuck, and delays no other.
    virtual Result<void> start() = 0;
    // Lets every sink take what is durable now, then stops (a stuck one is given up on after the
    // time).
    virtual void stop(std::int64_t drain_timeout_us) = 0;

    // Without own threads: lets one sink take its next batch. False: it had nothing to do.
    virtual Result<bool> step(const std::string& sink) = 0;

    virtual std::vector<SinkStatus> sinks() = 0;
    virtual Result<void> pause(const std::string& sink, bool paused) = 0;
    // Waits until every sink that is not paused has applied all records below the position.
    virtual Result<void> wait_applied(Position position, std::int64_t timeout_us) = 0;
    // Everything durable in the stream now is in table files and raw files when it returns.
    virtual Result<void> flush() = 0;

    virtual Result<std::unique_ptr<Load>> begin_load(const LoadTicket& ticket) = 0;
    // Stores a delivered file as it is under raw/<source>/batch/year=…/month=…/day=…/; the path in
    // the lake. Known by origin: repeated calls give the same answer.
    virtual Result<std::string> keep_original(
        const LoadTicket& ticket, const std::string& path
    ) = 0;
    // Of a source that is loaded by snapshots: where the table can still be read as that import
    // left it, whose commit made version `number`. Nothing: nowhere, by now.
    virtual Result<std::optional<KeptVersion>> kept_version(
        OriginId origin, std::int64_t number
    ) = 0;
    // Serving tables from the raw table's files and then the stream again. Unavailable while an
    // import is under way; none can begin meanwhile.
    virtual Result<void> rebuild_serving() = 0;
    // Shows what the lake holds now, after verify took files out of it or repaired the dataset.
    virtual Result<void> republish() = 0;
    // Rows dropped by the transform, by rule.
    virtual std::vector<contract::FilteredCount> filtered() = 0;
};

struct DeliveryParts {
    std::shared_ptr<const contract::Contract> contract;
    stream::Stream* stream = nullptr;
    lake::Lake* lake = nullptr;
    serving::Serving* serving = nullptr;  // nullptr: the source has no serving tables
    engine::Engine* engine = nullptr;
    DeadLetters* dead_letters = nullptr;
    os::Filesystem* files = nullptr;
    os::Clock* clock = nullptr;
    MetricsRegistry* metrics = nullptr;
};

Result<std::unique_ptr<Delivery>> open_delivery(DeliverySettings settings, DeliveryParts parts);

struct FoundLetters {
    std::int64_t count = 0;
    std::string file;  // that they name
};
// Brings in the letters that a file of an import's errors (absolute path) tells of: for a
// meta.sqlite that was lost. Those that are there stay as they are. Corruption: the file is cut off
// or damaged; what came before is in.
Result<FoundLetters> restore_letters(
    DeadLetters& letters, const std::string& source, const std::string& path, os::Filesystem& files
);

// Dead letters live in meta.sqlite.
struct LetterSource {
    std::shared_ptr<const contract::Contract> contract;
    stream::Stream* stream = nullptr;
};
Result<std::unique_ptr<DeadLetters>> open_dead_letters(
    os::Database& database, std::vector<LetterSource> sources, MetricsRegistry& metrics
);

}  // namespace tradewind::deliver
