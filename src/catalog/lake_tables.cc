#include "catalog/lake_tables.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tradewind::catalog {

namespace {

std::size_t count_common(const lake::FileList& files, const lake::FileList& before) {
    std::size_t count = 0;
    auto other = before.begin();
    const auto end = before.end();
    for (const lake::DataFile& file : files) {
        while (other != end && other->path < file.path) ++other;
        if (other != end && other->path == file.path) ++count;
    }
    return count;
}

Result<std::optional<lake::Version>> kept_version(
    lake::Lake& lake, const std::string& dataset, std::int64_t number
) {
    if (number <= 0) return std::optional<lake::Version>();
    auto version = lake.version(dataset, number);
    if (version.ok()) return std::optional(std::move(version).take());
    // Retired, or it builds on one that was lost, which `verify` tells: what is older has no place
    // in a list of versions either, and nothing else may fail for it.
    const ErrorCode code = version.error().code();
    if (code == ErrorCode::NotFound || code == ErrorCode::Corruption)
        return std::optional<lake::Version>();
    return std::move(version).error();
}

std::vector<Column> columns_of_specs(const std::vector<ColumnSpec>& specs) {
    std::vector<Column> columns;
    for (const ColumnSpec& spec : specs) columns.push_back({spec.name, to_sql(spec), ""});
    return columns;
}

void describe(std::vector<Column>& columns, const std::vector<Column>& declared) {
    for (Column& column : columns) {
        if (!column.description.empty()) continue;
        const auto found = std::ranges::find(declared, column.name, &Column::name);
        if (found != declared.end()) column.description = found->description;
    }
}

}  // namespace

TableVersion table_version(const lake::Version& version, const lake::Version* before) {
    TableVersion table;
    table.number = version.number;
    table.published_at = version.published_at;
    table.row_count = version.row_count();
    table.bytes = version.bytes();
    table.file_count = version.files.size();
    if (before != nullptr) table.files_kept = count_common(version.files, before->files);
    table.provenance = provenance_from(version.extra);
    if (table.provenance.run.empty()) table.provenance.run = version.run;
    return table;
}

Result<std::vector<TableVersion>> lake_versions(
    lake::Lake& lake, const std::string& dataset, std::size_t count_max
) {
    std::vector<TableVersion> versions;
    std::optional<lake::Version> version = TRY(lake.current(dataset));
    if (version->number == 0) return versions;
    while (version && versions.size() < count_max) {
        std::optional<lake::Version> before = TRY(kept_version(lake, dataset, version->number - 1));
        versions.push_back(table_version(*version, before ? &*before : nullptr));
        version = std::move(before);
    }
    return versions;
}

std::vector<TablePartition> lake_partitions(const lake::Version& version) {
    std::map<std::map<std::string, std::string>, TablePartition> partitions;
    for (const lake::DataFile& file : version.files) {
        if (file.partition.empty()) continue;
        TablePartition& partition = partitions[file.partition];
        partition.values = file.partition;
        partition.row_count += file.row_count;
        partition.bytes += file.bytes;
        ++partition.file_count;
    }
    std::vector<TablePartition> list;
    for (auto& [values, partition] : partitions) list.push_back(std::move(partition));
    return list;
}

std::vector<Column> columns_of(const Declaration& declared, const lake::Version& version) {
    // A source's columns are its contract's; what an asset's are, its result tells.
    if (declared.kind == Kind::Source) return declared.columns;
    std::vector<Column> columns = provenance_from(version.extra).columns;
    if (columns.empty()) columns = columns_of_specs(version.columns);
    if (columns.empty()) return declared.columns;
    describe(columns, declared.columns);
    return columns;
}

TableFiles lake_files(
    const Declaration& declared, const lake::Version& version, const lake::Lake& lake
) {
    TableFiles files;
    files.name = declared.name;
    files.scan.by_field_id = true;
    files.columns = columns_of(declared, version);
    files.key = declared.kind == Kind::Source ? declared.key : std::vector<std::string>();
    files.files.reserve(version.files.size());
    for (const lake::DataFile& file : version.files) {
        files.files.push_back(lake.absolute(file.path));
    }
    return files;
}

}  // namespace tradewind::catalog
