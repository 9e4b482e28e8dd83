#include "deliver/simulated_life.h"

#include <zstd.h>

#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace tradewind::deliver::simulation {

namespace {

constexpr const char* contract_text = R"yaml(
source: orders
kind: stream
partitions: 2
partition_by: invoice
fields:
  invoice: {type: text, required: true}
  id: {type: integer, required: true}
  parts: {type: integer, required: true}
transform:
  - filter: {name: no_tests, keep: "parts >= 0"}
  - add: {share: {type: "decimal(12,4)", expression: "round(12 / parts, 4)"}}
)yaml";

constexpr const char* table_text = R"(
table: invoices
source: orders
partition_key: invoice
totals:
  lines: {count: true}
items: [id]
)";

constexpr std::uint64_t file_bytes_max = 16u << 20;

stream::StreamOptions stream_options() {
    stream::StreamOptions options;
    options.name = "orders";
    options.folder = "/data/stream/orders";
    options.partition_count = 2;
    // Some blocks a segment, and retention with nearly every one.
    options.segment_bytes_max = 2048;
    options.retention_bytes_max = 4096;
    options.disk_reserve_bytes = 0;
    options.own_committer = false;
    return options;
}

lake::LakeOptions lake_options() {
    lake::LakeOptions options;
    options.root = "/data/lake";
    options.quarantine_folder = "/data/quarantine";
    options.full_version_every = 4;
    options.version_retention_us = 3'600'000'000;
    options.versions_kept_min = 2;
    return options;
}

DeliverySettings delivery_settings() {
    DeliverySettings settings;
    settings.own_threads = false;
    settings.raw_flush_bytes = 600;
    settings.raw_flush_age_us = 3'000'000;
    settings.table_flush_rows = 8;
    settings.table_flush_age_us = 5'000'000;
    settings.batch_records_max = 5;
    settings.table_append_rows = 8;
    settings.serving_flush_age_us = 1'000'000;
    return settings;
}

// Parsed once: thousands of seeds have the same.
const std::shared_ptr<const contract::Contract>& orders_contract() {
    static const auto contract =
        MUST(contract::parse_contract(MUST(yaml::parse(contract_text, "orders.yml"))));
    return contract;
}

const std::shared_ptr<const serving::TableSpec>& invoices_table() {
    static const auto table = MUST(serving::parse_table(
        MUST(yaml::parse(table_text, "invoices.yml")), orders_contract()->output_columns()
    ));
    return table;
}

}  // namespace

Machine::Machine(std::uint64_t seed, os::Database& letters, const MissingGuard& guard)
    : files(seed),
      clock(Timestamp{1'700'000'000'000'000}),
      database(letters),
      missing(guard),
      contract(orders_contract()),
      store(serving::make_reference_serving({invoices_table()})) {
    files.ignore_file_sync(missing.file_sync);
    files.ignore_folder_sync(missing.folder_sync);
}

void Machine::lose_power(std::size_t kept) {
    files.crash();
    store = store->after_power_loss(kept);
}

void Machine::keep_power() {
    store = store->after_power_loss(store->unsynced_writes());
}

Life::Life(Machine& machine, std::unique_ptr<lake::Lake> lake)
    : machine_(machine),
      real_lake_(std::move(lake)),
      lake_(*real_lake_, machine.missing),
      engine_(machine.files),
      database_(machine.database, machine.files),
      serving_(*machine.store, machine.files, machine.missing) {}

Result<std::unique_ptr<Life>> Life::open(Machine& machine) {
    auto lake = TRY(lake::open_lake(lake_options(), machine.files, machine.clock));
    std::unique_ptr<Life> life(new Life(machine, std::move(lake)));
    TRY(life->open());
    return life;
}

Result<void> Life::open() {
    stream_ = TRY(stream::open_stream(
        stream_options(), "/data/quarantine", machine_.files, machine_.clock, metrics_
    ));
    replays_ = std::make_unique<CommittingStream>(*stream_);
    letters_ = TRY(open_dead_letters(database_, {{machine_.contract, replays_.get()}}, metrics_));
    DeliveryParts parts;
    parts.contract = machine_.contract;
    if (machine_.contract->has_stream()) parts.stream = stream_.get();
    parts.lake = &lake_;
    parts.serving = &serving_;
    parts.engine = &engine_;
    parts.dead_letters = letters_.get();
    parts.files = &machine_.files;
    parts.clock = &machine_.clock;
    parts.metrics = &metrics_;
    delivery_ = TRY(open_delivery(delivery_settings(), parts));
    return delivery_->start();
}

Result<Holdings> Life::holdings() {
    Holdings all;
    all.stream = TRY(in_stream());
    all.raw = TRY(in_dataset("raw/orders/stream"));
    all.errors = TRY(in_dataset("raw/orders/errors"));
    all.table = TRY(in_table());
    all.serving = TRY(in_serving());
    all.letters = TRY(in_letters());
    return all;
}

Result<Ids> Life::in_stream() {
    Ids ids;
    Position at = stream_->info().first;
    for (;;) {
        const stream::ReadBatch batch = TRY(stream_->read(at, {}));
        if (batch.next == at) return ids;
        for (const stream::Record& record : batch.records) ids.push_back(id_in(record.value));
        at = batch.next;
    }
}

Result<Ids> Life::in_dataset(const std::string& dataset) {
    Ids ids;
    const lake::Version version = TRY(lake_.current(dataset));
    for (const lake::DataFile& file : version.files) {
        const auto lines = TRY(unpack_lines(TRY(lake_.read(file.path, file_bytes_max))));
        if (static_cast<std::int64_t>(lines.size()) != file.row_count)
            return Error(ErrorCode::Corruption, file.path + " has another number of lines");
        for (const std::string& line : lines) ids.push_back(id_in(line));
    }
    return ids;
}

Result<Ids> Life::in_table() {
    Ids ids;
    for (const RowBatch& rows : TRY(engine_.rows_of("orders"))) {
        const Column& column = rows.column(static_cast<std::size_t>(rows.find("id")));
        for (std::size_t row = 0; row < rows.row_count(); ++row) ids.push_back(column.integer(row));
    }
    return ids;
}

Result<Ids> Life::in_serving() {
    Ids ids;
    std::string fault;
    TRY(serving_.scan("invoices", [&](std::string_view text) {
        const auto row = json::parse(text);
        CHECK(row.ok());
        const json::Value* items = row->find("items");
        CHECK(items != nullptr);
        if (row->integer_or("lines", -1) != static_cast<std::int64_t>(items->items().size()))
            fault = std::string(text) + " does not add up";
        for (const json::Value& item : items->items()) ids.push_back(item.integer_or("id", 0));
        return true;
    }));
    if (!fault.empty()) return Error(ErrorCode::Corruption, fault);
    return ids;
}

Result<Ids> Life::in_letters() {
    Ids ids;
    for (const os::SqlRow& row : TRY(database_.run("SELECT original FROM dead_letters", {})))
        ids.push_back(id_in(os::text_of(row[0])));
    return ids;
}

Result<std::vector<std::string>> Life::open_letters() {
    std::vector<std::string> ids;
    for (const os::SqlRow& row : TRY(database_.run(
             "SELECT id FROM dead_letters WHERE state = 0 AND stage <> 'import' ORDER BY sequence",
             {}
         )))
        ids.push_back(os::text_of(row[0]));
    return ids;
}

Result<std::vector<std::string>> unpack_lines(const std::string& packed) {
    std::string plain(64u << 10, '\0');
    const std::size_t size =
        ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
    if (ZSTD_isError(size)) return Error(ErrorCode::Corruption, ZSTD_getErrorName(size));
    plain.resize(size);
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < plain.size();) {
        const std::size_t end = plain.find('\n', begin);
        if (end == std::string::npos) return Error(ErrorCode::Corruption, "a line without end");
        lines.push_back(plain.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

}  // namespace tradewind::deliver::simulation
