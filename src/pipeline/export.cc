// Exports: one file for others, with the rows in the order of the statement.
#include "pipeline/made_records.h"
#include "pipeline/maker.h"

namespace tradewind::pipeline {

namespace {

std::string base_name(const Asset& asset) {
    const std::string& chosen = asset.export_format.file;
    return chosen.empty() ? asset.name.table : chosen;
}

std::string file_name(const Asset& asset) {
    std::string name = base_name(asset);
    switch (asset.export_format.kind) {
        case engine::FileKind::Json:
            name += ".json";
            break;
        case engine::FileKind::Ndjson:
            name += ".ndjson";
            break;
        case engine::FileKind::Parquet:
            return name + ".parquet";
        case engine::FileKind::Xlsx:
            return name + ".xlsx";
        default:
            name += ".csv";
    }
    if (asset.export_format.compression == "gzip") return name + ".gz";
    if (asset.export_format.compression == "zstd") return name + ".zst";
    return name;
}

}  // namespace

std::string export_path(const std::string& folder, const Asset& asset) {
    return os::join(os::join(folder, asset.name.schema), file_name(asset));
}

// Written beside its place and renamed: whoever reads the old file reads it to its end.
Result<void> AssetMaker::make_export(AssetRun& outcome) {
    if (!asset_.checks.checks.empty()) TRY(check_rows(result_name, 0, outcome));
    const std::string path = export_path(options_.export_folder, asset_);
    const std::string folder = os::parent_folder(path);
    TRY(parts_.files->create_folders(folder));
    engine::WriteOptions options;
    options.kind = asset_.export_format.kind;
    options.header = asset_.export_format.header;
    options.compression = asset_.export_format.compression;
    options.sheet = base_name(asset_);
    options.path = os::join(folder, "." + file_name(asset_) + ".part");
    if (parts_.files->exists(options.path)) TRY(parts_.files->remove(options.path));
    const auto written = TRY(work_->write(TRY(export_statement()), options));
    TRY(inputs_.check_crawled(asset_));
    auto file = TRY(parts_.files->open(options.path, os::OpenMode::ReadWrite));
    TRY(file->sync());
    const os::FileInfo made = TRY(parts_.files->info(options.path));
    TRY(parts_.files->rename(options.path, path));
    TRY(parts_.files->sync_folder(folder));
    outcome.message = path;
    outcome.files_written = 1;
    for (const engine::WrittenFile& one : written) {
        outcome.rows_out += one.row_count;
        outcome.bytes_out += static_cast<std::int64_t>(one.bytes);
    }
    note_made({"", path, made.size, made.modified_at, outcome.rows_out});
    return {};
}

}  // namespace tradewind::pipeline
