#include "engine/duckdb_system_tables.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "engine/duckdb_rows.h"

namespace tradewind::engine {

namespace {

constexpr const char* system_function = "tradewind_system";

class SnapshotCursor : public SourceCursor {
public:
    explicit SnapshotCursor(std::shared_ptr<const RowBatch> rows) : rows_(std::move(rows)) {}

    Result<void> next(duckdb_data_chunk chunk) override {
        const std::size_t count =
            std::min<std::size_t>(duckdb_vector_size(), rows_->row_count() - at_);
        TRY(fill_columns(chunk, *rows_, at_, count));
        at_ += count;
        return {};
    }

private:
    std::shared_ptr<const RowBatch> rows_;
    std::size_t at_ = 0;
};

class Snapshot : public TableSource {
public:
    explicit Snapshot(std::shared_ptr<const RowBatch> rows) : rows_(std::move(rows)) {}

    std::vector<std::string> names() const override {
        std::vector<std::string> names;
        for (const ColumnSpec& column : rows_->specs()) names.push_back(column.name);
        return names;
    }
    std::vector<TypeHandle> types() const override {
        std::vector<TypeHandle> types;
        for (const ColumnSpec& column : rows_->specs()) types.push_back(logical_type(column));
        return types;
    }
    std::unique_ptr<SourceCursor> open() override {
        return std::make_unique<SnapshotCursor>(rows_);
    }

private:
    std::shared_ptr<const RowBatch> rows_;
};

}  // namespace

Result<void> SystemTables::register_on(Instance& instance) {
    const std::unique_ptr<Connection> connection = TRY(instance.connect());
    TRY(register_source_function(
        *connection,
        system_function,
        [this](std::string_view name) -> std::shared_ptr<TableSource> {
            std::shared_ptr<const RowBatch> rows = find(name);
            return rows ? std::make_shared<Snapshot>(std::move(rows)) : nullptr;
        }
    ));
    duckdb_add_replacement_scan(instance.raw(), offer, this, nullptr);
    return {};
}

void SystemTables::offer(duckdb_replacement_scan_info info, const char* name, void* self) {
    const std::string known = to_lower_ascii(name);
    if (!static_cast<const SystemTables*>(self)->find(known)) return;
    duckdb_replacement_scan_set_function_name(info, system_function);
    const ValueHandle parameter(duckdb_create_varchar_length(known.data(), known.size()));
    duckdb_replacement_scan_add_parameter(info, parameter.get());
}

std::shared_ptr<const RowBatch> SystemTables::find(std::string_view name) const {
    std::lock_guard lock(mutex_);
    const auto found = tables_.find(name);
    return found == tables_.end() ? nullptr : found->second;
}

Result<void> SystemTables::replace(const std::string& name, const RowBatch& rows) {
    TRY(check_columns(rows.specs()));
    auto snapshot = std::make_shared<const RowBatch>(rows);
    std::lock_guard lock(mutex_);
    tables_[to_lower_ascii(name)] = std::move(snapshot);
    return {};
}

std::vector<std::string> SystemTables::names() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, rows] : tables_) names.push_back(name);
    return names;
}

}  // namespace tradewind::engine
