#include "base/log.h"
#include "os/filesystem.h"
#include "serving/key.h"
#include "serving/stored_serving.h"

namespace tradewind::serving {

namespace {

// Of keys and cursors; of rows it is in the table's fingerprint.
constexpr std::string_view store_format = "1";

}  // namespace

StoredServing::StoredServing(
    std::unique_ptr<Store> store, std::string quarantine_folder, MetricsRegistry& metrics
)
    : store_(std::move(store)),
      quarantine_folder_(std::move(quarantine_folder)),
      clock_(os::make_system_clock()),
      metrics_(metrics),
      get_latency_(metrics.histogram(
          "tradewind_serving_get_seconds", "Time to answer one look-up from the serving tables."
      )) {}

Result<std::unique_ptr<StoredServing>> StoredServing::open(
    std::unique_ptr<Store> store,
    const std::vector<std::shared_ptr<const TableSpec>>& tables,
    const std::string& quarantine_folder,
    MetricsRegistry& metrics
) {
    std::unique_ptr<StoredServing> serving(
        new StoredServing(std::move(store), quarantine_folder, metrics)
    );
    TRY(serving->check_format());
    TRY(serving->add_tables(tables));
    return serving;
}

Result<void> StoredServing::check_format() {
    std::string found;
    if (!TRY(store_->read(format_key, [&](std::string_view value) { found = value; }))) {
        auto changes = store_->new_batch();
        changes->put(format_key, store_format);
        return store_->write(std::move(changes), true);
    }
    if (found == store_format) return {};
    return Error(ErrorCode::Corruption, "the serving store has an unknown format")
        .with_detail(
            "It says '" + found.substr(0, 16) + "', and this program writes '" +
            std::string(store_format) + "'."
        )
        .with_hint("Move the serving folder away and rebuild the tables.");
}

Result<void> StoredServing::add_tables(const std::vector<std::shared_ptr<const TableSpec>>& tables
) {
    auto changes = store_->new_batch();
    for (const auto& spec : tables) {
        const std::string& name = spec->description.name;
        const auto [at, added] = tables_.try_emplace(name);
        if (!added) {
            return Error(ErrorCode::InvalidArgument, "two serving tables are called '" + name + "'")
                .with_hint("Rename one of them; names are shared by all packages.");
        }
        Table& table = at->second;
        table.spec = spec;
        table.prefix = row_prefix(name);
        const Labels labels = {{"table", name}};
        table.gets =
            &metrics_.counter("tradewind_serving_gets_total", "Look-ups of a key.", labels);
        table.lists = &metrics_.counter("tradewind_serving_lists_total", "Pages listed.", labels);
        TRY(check_table(table, *changes));
    }
    TRY(drop_undeclared(*changes));
    if (changes->empty()) return {};
    return store_->write(std::move(changes), true);
}

Result<void> StoredServing::check_table(Table& table, StoreBatch& changes) {
    const TableDescription& about = table.spec->description;
    std::string found;
    if (TRY(store_->read(table_key(about.name), [&](std::string_view value) { found = value; }))) {
        table.stale = found != table.spec->fingerprint;
        return {};
    }
    // New: it has missed what its source brought before.
    table.stale = TRY(was_filled(about.source));
    if (!table.stale) changes.put(table_key(about.name), table.spec->fingerprint);
    return {};
}

Result<bool> StoredServing::was_filled(const std::string& source) {
    bool filled = false;
    TRY(visit_cursors([&](std::string_view, const StoredCursor& cursor) {
        filled = filled || cursor.source == source;
    }));
    return filled;
}

// A table that is no longer declared would miss rows from now on: should it come back, it must
// count as new.
Result<void> StoredServing::drop_undeclared(StoreBatch& changes) {
    std::vector<std::string> gone;
    TRY(store_->scan(table_prefix, [&](std::string_view key, std::string_view) {
        std::string name(key.substr(table_prefix.size()));
        if (!tables_.contains(name)) gone.push_back(std::move(name));
        return true;
    }));
    for (const std::string& name : gone) {
        log::info("serving table is no longer declared and was removed", {{"table", name}});
        remove_table(changes, name);
    }
    return {};
}

void StoredServing::remove_table(StoreBatch& changes, const std::string& name) {
    for (const std::string& prefix : {row_prefix(name), index_prefix(name)}) {
        changes.remove_range(prefix, prefix_end(prefix));
    }
    changes.remove(table_key(name));
}

Result<std::unique_ptr<Serving>> open_serving(
    ServingOptions options,
    std::vector<std::shared_ptr<const TableSpec>> tables,
    MetricsRegistry& metrics
) {
    auto store = TRY(open_rocksdb_store(options, metrics));
    const std::string quarantine = options.quarantine_folder.empty()
                                       ? os::join(os::parent_folder(options.folder), "quarantine")
                                       : options.quarantine_folder;
    auto serving = TRY(StoredServing::open(std::move(store), tables, quarantine, metrics));
    return std::unique_ptr<Serving>(std::move(serving));
}

}  // namespace tradewind::serving
