#include "model/made_table.h"

namespace tradewind::model {

namespace {

catalog::Provenance provenance_of(
    PinnedTables& tables,
    const std::string& run,
    const std::vector<engine::ResultColumn>& columns,
    std::int64_t rows
) {
    catalog::Provenance provenance;
    provenance.run = run;
    for (const auto& [table, version] : tables.versions())
        provenance.inputs.push_back({table, version});
    for (const engine::ResultColumn& column : columns)
        provenance.columns.push_back({column.name, column.type, ""});
    provenance.rows_in = rows;
    return provenance;
}

}  // namespace

Result<Scratch> Scratch::make(lake::Lake& lake) {
    return Scratch(lake, TRY(lake.scratch_path(".parquet")));
}

Scratch::~Scratch() {
    if (lake_ != nullptr) static_cast<void>(lake_->discard(path_).ok());
}

Result<void> add_computed(
    engine::Work& work,
    const catalog::TableName& name,
    const std::vector<engine::ComputedColumn>& columns,
    std::unique_ptr<engine::ComputedRows> rows,
    const std::string& path
) {
    std::vector<engine::ComputedFile> files;
    files.push_back({path, std::move(rows)});
    TRY(work.write_computed(columns, std::move(files), 1));
    catalog::TableFiles table;
    table.name = name;
    for (const engine::ComputedColumn& column : columns)
        table.columns.push_back({column.name, column.type, ""});
    table.files = {path};
    table.scan.by_field_id = true;
    return work.add_table(table);
}

Result<void> publish_rows(
    const ModelParts& parts, PinnedTables& tables, const MadeTable& made, const std::string& sql
) {
    lake::Lake& lake = *parts.lake;
    engine::Work& work = tables.work();
    const auto columns = TRY(work.columns(sql));
    Scratch scratch = TRY(Scratch::make(lake));
    engine::WriteOptions options;
    options.path = scratch.path();
    const auto written = TRY(work.write(sql, options));
    std::string path = made.dataset;
    for (const auto& [name, value] : made.partition) path += "/" + name + "=" + value;
    path += "/" + made.file + ".parquet";
    lake::DataFile file = TRY(lake.adopt(scratch.path(), path, written.at(0).row_count));
    scratch.adopted();
    file.partition = {made.partition.begin(), made.partition.end()};
    lake::Commit commit;
    commit.add.push_back(file);
    commit.remove_if = [of = file.partition](const lake::DataFile& one) {
        return one.partition == of;
    };
    commit.run = made.run;
    commit.extra = catalog::to_json(provenance_of(tables, made.run, columns, file.row_count));
    const auto committed = lake.commit(made.dataset, commit, std::nullopt);
    if (!committed.ok()) {
        static_cast<void>(lake.discard(path).ok());
        return committed.error();
    }
    return parts.engine->publish_table(TRY(parts.catalog->files(made.name)));
}

}  // namespace tradewind::model
