// The platform's own SQL, on the instance `work`: a catalog in memory of its own for each Work.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/distinct_files.h"
#include "engine/duckdb_instance.h"
#include "engine/duckdb_query.h"
#include "engine/duckdb_source.h"
#include "engine/engine.h"
#include "engine/table_catalog.h"
#include "engine/watchdog.h"

namespace tradewind::engine {

class DuckdbWork : public Work {
public:
    // Instance, watchdog, sources and distinct files outlive it. `number` names its catalog.
    // `extension_file`: the reader of sheets, loaded when one is needed.
    static Result<std::unique_ptr<DuckdbWork>> open(
        Instance& instance,
        Watchdog& watchdog,
        StatementSources& sources,
        DistinctFiles& distinct,
        std::int64_t number,
        const WorkOptions& options,
        std::string extension_file
    );
    ~DuckdbWork() override;
    // More files of one table are read part by part. Before any is added.
    void list_at_most(std::size_t files) { listed_files_max_ = files; }

    Result<void> add_table(const catalog::TableFiles& table) override;
    void prefer_schema(const std::string& schema) override { names_.prefer(schema); }
    Result<void> add_view(const catalog::TableName& name, const std::string& sql) override;
    Result<std::int64_t> add_result(const catalog::TableName& name, const std::string& sql)
        override;
    Result<std::vector<ResultColumn>> columns(const std::string& sql) override;
    Result<std::unique_ptr<QueryResult>> query(const std::string& sql) override;
    Result<TextRows> rows(const std::string& sql, std::int64_t rows_max) override;
    Result<std::vector<WrittenFile>> write(const std::string& sql, const WriteOptions& options)
        override;
    Result<std::unique_ptr<IntegerReader>> read_integers(const std::string& sql) override;
    Result<std::vector<WrittenFile>> write_computed(
        const std::vector<ComputedColumn>& columns, std::vector<ComputedFile> files, int at_once
    ) override;
    Result<std::optional<OrderedRead>> ordered_read(const std::string& sql) override;
    double progress_percent() override;
    std::uint64_t memory_bytes() override;
    void interrupt() override;

private:
    DuckdbWork(
        Instance& instance,
        Watchdog& watchdog,
        StatementSources& sources,
        DistinctFiles& distinct,
        std::string database,
        WorkOptions options
    )
        : instance_(instance),
          watchdog_(watchdog),
          sources_(sources),
          distinct_(distinct),
          database_(std::move(database)),
          options_(std::move(options)) {}

    // A place for the relation: its schema is there, an earlier one of that name is gone.
    Result<void> make_room(const catalog::TableName& name);
    std::string full_name(const catalog::TableName& name) const;
    std::string search_path() const;
    QueryPlace place(bool gated) const;
    QueryRequest request(const std::string& sql) const;
    Error failure(Error error) const;
    // Reads the rows of a keyed table of which the latest counts: all, where no key is there twice.
    Result<std::string> read_keyed(const catalog::TableFiles& table);
    // Rows of more files than one statement lists.
    Result<std::string> read_in_parts(const catalog::TableFiles& table);
    // False also where that cannot be told without comparing keys.
    Result<bool> keys_differ(const std::string& rows, const std::vector<std::string>& key);
    Result<std::optional<bool>> whole_keys_differ(
        const std::string& rows, const std::vector<std::string>& key
    );
    // Runs one statement of ours under the deadline.
    Result<ResultHandle> run(const std::string& sql);
    Result<std::string> projection(const std::string& sql);
    Result<WrittenFile> write_one(const std::vector<ComputedColumn>& columns, ComputedFile& file);
    Result<WrittenFile> write_plain(const std::vector<ComputedColumn>& columns, ComputedFile& file);

    Instance& instance_;
    Watchdog& watchdog_;
    StatementSources& sources_;
    DistinctFiles& distinct_;
    const std::string database_;
    const WorkOptions options_;
    std::string extension_file_;
    TableCatalog names_;
    std::unique_ptr<Connection> connection_;
    std::atomic<bool> interrupted_ = false;
    std::size_t listed_files_max_ = listed_files_max;
    int keyed_tables_ = 0;
    std::vector<std::unique_ptr<StatementSources::Use>> parts_;
};

}  // namespace tradewind::engine
