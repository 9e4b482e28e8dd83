// Serving: key-value read models declared in YAML, kept by applying rows exactly once. One row in →
// one update of the table's row under (partition key, sort key). Says nothing of the store below.
//
// A row's identity is its provenance (origin, partition, sequence): equal lines stay, a line
// applied twice counts once per cursor. Aggregates are kept per origin, so that an import's
// contribution can be taken out again (a correction) without reading anything else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/row_batch.h"
#include "base/yaml.h"

namespace tradewind::serving {

// How serving/*.yml looks:
//
//   table: invoices                       # unique among all packages
//   source: online_retail                 # rows of this source come in
//   partition_key: invoice_no             # rows where a key is null are left out
//   sort_key: …                           # optional: many rows per partition key
//   order: [invoice_date desc, invoice_no]  # how `list` sorts a partition's rows: any members,
//   nulls
//                                         # last, then by sort_key; default: sort_key
//   event_time: invoice_date              # for `latest`: a timestamp or date
//   attributes:                           # of a row, from its lines
//     invoice_date: {min: invoice_date}   # min, max: nulls do not count; text by bytes
//     customer_id: {latest: customer_id}  # by event time, then provenance; nulls never win
//     cancelled: {starts_with: [invoice_no, "C"]}   # from a key column only
//   totals:                               # exact, over lines; a line with a null adds nothing
//     total: {sum: [quantity, unit_price]}          # sum of the product; one column: its sum
//     item_count: {count: true}
//   items: [stock_code, {price: unit_price}, {amount: [quantity, unit_price]}]
//                                         # optional: every line, in provenance order (origin,
//                                         # partition, sequence); a column, renamed, or a product
//   summary:                              # optional: of a whole partition, over its rows (for
//   `get`)
//     invoices: {count: true}             # also {count_if: attribute}, {count_unless: attribute},
//     spent: {sum: total}                 #  {min: member}, {max: member}
//   lookups: […]                          # optional: what the room lookup adds to what `get` gives
//
// A row prints its keys, attributes, totals and items, each in the order of the file. Keys can be
// of any type but DOUBLE. Sums take integers and decimals, two factors of at most 28 digits
// together, so that they stay exact.
struct TableSpec;

struct TableDescription {
    std::string name;
    std::string source;
    std::string partition_key;
    std::string sort_key;  // empty: one row per partition key
};

// Parses and checks one serving/*.yml against its source's columns. InvalidArgument with the place.
Result<std::shared_ptr<const TableSpec>> parse_table(
    const yaml::Node& document, const std::vector<ColumnSpec>& source_columns
);
TableDescription describe(const TableSpec& table);
// The members of what `get` answers.
std::vector<std::string> members_of_get(const TableSpec& table);

struct ServingOptions {
    std::string folder;             // data/serving
    std::string quarantine_folder;  // empty: "quarantine" beside it
    std::uint64_t cache_bytes = 128u << 20;
    std::uint64_t memtable_bytes = 64u << 20;
};

// What is committed together with rows: the cursor named `name` moves to `value`. For a stream:
// the sink's name and the position after the batch; for an import: "import/<id>" and the next row.
struct Cursor {
    std::string name;
    std::int64_t value = 0;
};

constexpr std::int64_t list_limit_max = 1000;

struct Page {
    std::vector<std::string> rows;           // JSON objects
    std::optional<std::string> next_cursor;  // opaque base64url; nothing at the end
};

struct RowRequest {
    std::string table;
    std::string key;
};

struct ListRequest {
    std::string table;
    std::string key;           // partition key
    std::int64_t limit = 100;  // 1 to list_limit_max
    std::optional<std::string> cursor;
};

// All methods: any thread. Writes are put in a row inside; that batches with one cursor's name come
// in its order is the caller's business.
class Serving {
public:
    virtual ~Serving() = default;

    // Tables that do not hold what their definition says: it changed since they were filled, or
    // they are new and missed rows. They must be rebuilt, by clear() and applying everything again;
    // until then apply passes them over and reading them is Unavailable.
    virtual std::vector<std::string> stale_tables() = 0;
    virtual std::vector<TableDescription> tables() = 0;

    // Applies rows of `source` to all its tables and moves the cursor, in one atomic write. A batch
    // whose cursor value is not beyond the stored one is ignored (it was applied before). Without
    // rows it only moves the cursor. `durable`: wait for the medium (imports at their end); the
    // stream's log can always repeat. What is not durable can be lost with the power, and then with
    // all that came after it. InvalidArgument: the rows have other columns than the tables were
    // declared with. ResourceExhausted: the disk is full; the same call succeeds once it is not.
    virtual Result<void> apply(
        const std::string& source, const RowBatch& rows, const Cursor& cursor, bool durable
    ) = 0;
    virtual Result<std::optional<std::int64_t>> cursor(const std::string& name) = 0;
    // Forwards or back, whatever it was.
    virtual Result<void> set_cursor(const Cursor& cursor) = 0;
    // Takes everything that came from one import out of all tables of the source. Repeatable, and
    // repeated after a crash it completes. The import's cursor stays: resuming does not bring it
    // back.
    virtual Result<void> drop_origin(const std::string& source, OriginId origin) = 0;

    // One row without sort key, or a partition's key with its summary, as a JSON object whose first
    // member is the key; NotFound when there is none. Timestamps are "YYYY-MM-DDTHH:MM:SS",
    // decimals exact numbers without trailing zeros. `items` is null when one origin brought more
    // lines than a row holds (8 MiB of them, some 150,000); totals still count them.
    virtual Result<std::string> get(const RowRequest& request) = 0;
    // The rows of a partition in the table's order. NotFound: unknown key; InvalidArgument: bad
    // cursor.
    virtual Result<Page> list(const ListRequest& request) = 0;
    // Calls visit for each row of the table in key order, until it returns false: the state of one
    // moment. The JSON object begins with the partition key. For tests and `verify`.
    virtual Result<void> scan(
        const std::string& table, const std::function<bool(std::string_view json)>& visit
    ) = 0;

    // Empties everything of the source before a rebuild: its tables, the cursors that its batches
    // moved, and cursors that only set_cursor ever moved. No table of it is stale afterwards.
    virtual Result<void> clear(const std::string& source) = 0;
    // Makes all that was applied durable.
    virtual Result<void> flush() = 0;
    // A consistent copy in a folder that must not exist yet; its parent must.
    virtual Result<void> checkpoint(const std::string& folder) = 0;

    // Compares what lies on the disk with its checksums (of the files that were written out: the
    // log and the list of files are checked when the store is opened). Corruption: not the same.
    virtual Result<void> verify() { return {}; }
    // Moves a damaged store to quarantine, where the answer says, and begins an empty one. All
    // tables are stale until rebuilt, also at the next start.
    virtual Result<std::string> start_over();
};

// Corruption: the store is damaged (the caller moves the folder to quarantine, opens a new one and
// rebuilds). Conflict: somebody has it open. Tables of the store that are not among `tables` are
// dropped.
Result<std::unique_ptr<Serving>> open_serving(
    ServingOptions options,
    std::vector<std::shared_ptr<const TableSpec>> tables,
    MetricsRegistry& metrics
);

// The same contract in memory, for simulations and as an oracle in tests: it keeps all rows and
// computes every answer from them. checkpoint() is refused. (serving/reference.cc)
class ReferenceServing : public Serving {
public:
    // What a power loss may leave behind: everything that was durable, and of the writes after it
    // as many of the first as `kept` allows.
    virtual std::unique_ptr<ReferenceServing> after_power_loss(std::size_t kept) const = 0;
    // Writes that a power loss may take: the most that `kept` can mean.
    virtual std::size_t unsynced_writes() const = 0;
};
std::unique_ptr<ReferenceServing> make_reference_serving(
    std::vector<std::shared_ptr<const TableSpec>> tables
);

}  // namespace tradewind::serving
