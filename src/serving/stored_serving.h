// Serving on a Store: which keys hold what, and what one call reads or writes of them.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "os/clock.h"
#include "serving/page.h"
#include "serving/serving.h"
#include "serving/store.h"
#include "serving/table_spec.h"

namespace tradewind::serving {

class StoredServing : public Serving {
public:
    // Compares the tables with what the store was filled for, and empties those that are gone.
    static Result<std::unique_ptr<StoredServing>> open(
        std::unique_ptr<Store> store,
        const std::vector<std::shared_ptr<const TableSpec>>& tables,
        const std::string& quarantine_folder,
        MetricsRegistry& metrics
    );

    std::vector<std::string> stale_tables() override;
    std::vector<TableDescription> tables() override;
    Result<void> apply(
        const std::string& source, const RowBatch& rows, const Cursor& cursor, bool durable
    ) override;
    Result<std::optional<std::int64_t>> cursor(const std::string& name) override;
    Result<void> set_cursor(const Cursor& cursor) override;
    Result<void> drop_origin(const std::string& source, OriginId origin) override;
    Result<std::string> get(const RowRequest& request) override;
    Result<Page> list(const ListRequest& request) override;
    Result<void> scan(
        const std::string& table, const std::function<bool(std::string_view json)>& visit
    ) override;
    Result<void> clear(const std::string& source) override;
    Result<void> flush() override;
    Result<void> checkpoint(const std::string& folder) override;
    Result<void> verify() override;
    Result<std::string> start_over() override;

private:
    struct Table {
        std::shared_ptr<const TableSpec> spec;
        std::string prefix;  // of its rows
        std::atomic<bool> stale{false};
        Counter* gets = nullptr;
        Counter* lists = nullptr;
    };
    struct StoredCursor {
        std::int64_t value = 0;
        std::string source;  // whose rows moved it; empty: only set_cursor did
    };

    StoredServing(
        std::unique_ptr<Store> store, std::string quarantine_folder, MetricsRegistry& metrics
    );

    // stored_open.cc
    Result<void> check_format();
    Result<void> add_tables(const std::vector<std::shared_ptr<const TableSpec>>& tables);
    Result<void> check_table(Table& table, StoreBatch& changes);
    Result<void> drop_undeclared(StoreBatch& changes);
    Result<bool> was_filled(const std::string& source);
    static void remove_table(StoreBatch& changes, const std::string& name);

    // stored_writes.cc
    Result<void> collect(StoreBatch& changes, const std::string& source, const RowBatch& rows);
    Result<bool> already_applied(const Cursor& cursor);
    Result<std::optional<StoredCursor>> read_cursor(const std::string& name);
    Result<void> visit_cursors(
        const std::function<void(std::string_view name, const StoredCursor& cursor)>& visit
    );
    Result<void> drop_origin(Table& table, OriginId origin);
    Result<bool> drop_some(Table& table, OriginId origin);
    Result<void> drop_from_row(StoreBatch& changes, const std::string& row_key, OriginId origin);

    // stored_reads.cc
    Result<Table*> readable(const std::string& name);
    Result<std::string> get_row(Table& table, const Cell& key);
    Result<std::string> get_summary(Table& table, const Cell& key);
    Result<void> visit_rows(
        Table& table, const std::string& prefix, const std::function<bool(const Row& row)>& visit
    );

    std::unique_ptr<Store> store_;
    const std::string quarantine_folder_;
    std::unique_ptr<os::Clock> clock_;
    MetricsRegistry& metrics_;
    Histogram& get_latency_;
    std::map<std::string, Table> tables_;  // the map itself never changes after open
    std::mutex writing_;                   // whoever reads in order to write holds it
};

}  // namespace tradewind::serving
