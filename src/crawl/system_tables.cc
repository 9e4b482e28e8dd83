#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "base/row_batch.h"
#include "base/text.h"
#include "crawl/crawl.h"

namespace tradewind::crawl {

namespace {

using catalog::TableInfo;
using catalog::TableName;

// Versions of each table, partitions of all and findings that are shown.
constexpr std::size_t versions_max = 100;
constexpr std::size_t findings_max = 100'000;

// One row after another, cell by cell.
class Rows {
public:
    explicit Rows(std::vector<ColumnSpec> columns) : batch_(std::move(columns)) {}

    Rows& text(const std::string& value) {
        next().add_text(valid_utf8(value) ? value : latin1_to_utf8(value));
        return *this;
    }
    Rows& text_or_null(const std::string& value) { return value.empty() ? null() : text(value); }
    Rows& null() {
        next().add_null();
        return *this;
    }
    Rows& integer(std::int64_t value) {
        next().add_integer(value);
        return *this;
    }
    Rows& time(Timestamp at) { return at.micros == 0 ? null() : integer(at.micros); }
    Rows& name(const TableName& name) { return text(name.schema).text(name.table); }
    void end() {
        batch_.commit_row({});
        at_ = 0;
    }
    const RowBatch& batch() const { return batch_; }

private:
    Column& next() { return batch_.column(at_++); }

    RowBatch batch_;
    std::size_t at_ = 0;
};

std::string joined(const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& item : list) text += (text.empty() ? "" : ", ") + item;
    return text;
}

std::string partition_text(const std::map<std::string, std::string>& values) {
    std::string text;
    for (const auto& [key, value] : values) {
        text += (text.empty() ? "" : "/") + key + "=" + value;
    }
    return text;
}

std::int64_t count(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

RowBatch table_rows(const std::vector<TableInfo>& tables) {
    Rows rows(
        {{"schema_name", ColumnType::Text},
         {"table_name", ColumnType::Text},
         {"kind", ColumnType::Text},
         {"layer", ColumnType::Text},
         {"description", ColumnType::Text},
         {"grain", ColumnType::Text},
         {"column_count", ColumnType::BigInt},
         {"version", ColumnType::BigInt},
         {"published_at", ColumnType::Timestamp},
         {"row_count", ColumnType::BigInt},
         {"bytes", ColumnType::BigInt},
         {"file_count", ColumnType::BigInt},
         {"partition_by", ColumnType::Text},
         {"format", ColumnType::Text},
         {"root", ColumnType::Text},
         {"run", ColumnType::Text},
         {"damage", ColumnType::Text}}
    );
    for (const TableInfo& table : tables) {
        const bool parquet = table.declared.kind == catalog::Kind::Source ||
                             table.declared.kind == catalog::Kind::Asset;
        rows.name(table.declared.name)
            .text(catalog::to_string(table.declared.kind))
            .text_or_null(table.declared.layer)
            .text_or_null(table.declared.description)
            .text_or_null(table.declared.grain)
            .integer(count(table.columns.size()))
            .integer(table.version.number)
            .time(table.version.published_at)
            .integer(table.version.row_count)
            .integer(count(table.version.bytes))
            .integer(count(table.version.file_count))
            .text_or_null(joined(table.declared.partition_by))
            .text_or_null(
                table.scan ? catalog::to_string(table.scan->format)
                : parquet  ? "parquet"
                           : ""
            )
            .text_or_null(table.root)
            .text_or_null(table.version.provenance.run)
            .text_or_null(table.damage)
            .end();
    }
    return rows.batch();
}

RowBatch column_rows(const std::vector<TableInfo>& tables) {
    Rows rows(
        {{"schema_name", ColumnType::Text},
         {"table_name", ColumnType::Text},
         {"position", ColumnType::BigInt},
         {"column_name", ColumnType::Text},
         {"type", ColumnType::Text},
         {"description", ColumnType::Text},
         {"null_count", ColumnType::BigInt},
         {"min", ColumnType::Text},
         {"max", ColumnType::Text},
         {"distinct_approx", ColumnType::BigInt}}
    );
    for (const TableInfo& table : tables) {
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const catalog::Column& column = table.columns[i];
            rows.name(table.declared.name)
                .integer(count(i) + 1)
                .text(column.name)
                .text_or_null(column.type)
                .text_or_null(column.description);
            const auto found = std::ranges::find(
                table.statistics, column.name, &catalog::CrawledColumnStatistics::column
            );
            if (found == table.statistics.end()) {
                rows.null().null().null().null().end();
                continue;
            }
            rows.integer(found->null_count)
                .text_or_null(found->min)
                .text_or_null(found->max)
                .integer(found->distinct_approx)
                .end();
        }
    }
    return rows.batch();
}

// What a table looks like without its files; a change of it is a change of the system's tables.
std::string fingerprint(const std::vector<TableInfo>& tables) {
    std::string text;
    for (const TableInfo& table : tables) {
        text += table.declared.name.text() + "\n" + std::to_string(table.version.number) + "\n" +
                table.damage + "\n" + table.declared.description + "\n" +
                std::to_string(table.columns.size()) + "\n";
    }
    return text;
}

class CatalogTables : public SystemTables {
public:
    CatalogTables(catalog::Catalog& catalog, engine::Engine& engine)
        : catalog_(catalog), engine_(engine) {}

    Result<void> refresh() override {
        const std::lock_guard lock(mutex_);
        const std::vector<TableInfo> tables = TRY(catalog_.list());
        TRY(engine_.replace_system_table("crawl_findings", TRY(finding_rows())));
        const std::string now = fingerprint(tables);
        if (filled_ && now == filled_with_) return {};
        TRY(engine_.replace_system_table("tables", table_rows(tables)));
        TRY(engine_.replace_system_table("columns", column_rows(tables)));
        TRY(engine_.replace_system_table("partitions", TRY(partition_rows(tables))));
        TRY(engine_.replace_system_table("table_versions", TRY(version_rows(tables))));
        filled_ = true;
        filled_with_ = now;
        return {};
    }

private:
    Result<RowBatch> partition_rows(const std::vector<TableInfo>& tables) {
        Rows rows(
            {{"schema_name", ColumnType::Text},
             {"table_name", ColumnType::Text},
             {"partition", ColumnType::Text},
             {"row_count", ColumnType::BigInt},
             {"bytes", ColumnType::BigInt},
             {"file_count", ColumnType::BigInt}}
        );
        for (const TableInfo& table : tables) {
            if (!table.damage.empty()) continue;
            for (const auto& partition : TRY(catalog_.partitions(table.declared.name))) {
                rows.name(table.declared.name)
                    .text(partition_text(partition.values))
                    .integer(partition.row_count)
                    .integer(count(partition.bytes))
                    .integer(count(partition.file_count))
                    .end();
            }
        }
        return rows.batch();
    }

    Result<RowBatch> version_rows(const std::vector<TableInfo>& tables) {
        Rows rows(
            {{"schema_name", ColumnType::Text},
             {"table_name", ColumnType::Text},
             {"version", ColumnType::BigInt},
             {"published_at", ColumnType::Timestamp},
             {"row_count", ColumnType::BigInt},
             {"bytes", ColumnType::BigInt},
             {"file_count", ColumnType::BigInt},
             {"files_kept", ColumnType::BigInt},
             {"run", ColumnType::Text},
             {"sql_hash", ColumnType::Text},
             {"note", ColumnType::Text}}
        );
        for (const TableInfo& table : tables) {
            if (!table.damage.empty()) continue;
            for (const auto& version : TRY(catalog_.versions(table.declared.name, versions_max))) {
                rows.name(table.declared.name)
                    .integer(version.number)
                    .time(version.published_at)
                    .integer(version.row_count)
                    .integer(count(version.bytes))
                    .integer(count(version.file_count))
                    .integer(count(version.files_kept))
                    .text_or_null(version.provenance.run)
                    .text_or_null(version.provenance.sql_hash)
                    .text_or_null(version.provenance.note)
                    .end();
            }
        }
        return rows.batch();
    }

    Result<RowBatch> finding_rows() {
        Rows rows(
            {{"path", ColumnType::Text},
             {"kind", ColumnType::Text},
             {"message", ColumnType::Text},
             {"table_name", ColumnType::Text},
             {"run", ColumnType::Text},
             {"found_at", ColumnType::Timestamp}}
        );
        for (const auto& finding : TRY(catalog_.findings_below("/", findings_max))) {
            rows.text(finding.path)
                .text(finding.kind)
                .text(finding.message)
                .text_or_null(finding.table)
                .text(finding.run)
                .time(finding.at)
                .end();
        }
        return rows.batch();
    }

    catalog::Catalog& catalog_;
    engine::Engine& engine_;
    std::mutex mutex_;
    bool filled_ = false;
    std::string filled_with_;
};

}  // namespace

std::unique_ptr<SystemTables> make_system_tables(
    catalog::Catalog& catalog, engine::Engine& engine
) {
    return std::make_unique<CatalogTables>(catalog, engine);
}

}  // namespace tradewind::crawl
