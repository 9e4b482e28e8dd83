// The files of an asset: written by the engine, taken into the lake, known by their partition.
#include <utility>

#include "base/text.h"
#include "pipeline/maker.h"

namespace tradewind::pipeline {

namespace {

// What stands for null in a partition's values and folder names, as everywhere in the Hive world.
constexpr const char* null_partition = "__HIVE_DEFAULT_PARTITION__";

std::string hive_folder(
    const std::vector<std::string>& partition_by, const std::map<std::string, std::string>& values
) {
    std::string folder;
    for (const std::string& name : partition_by) {
        const auto value = values.find(name);
        folder += "/" + name + "=";
        folder += value == values.end() || value->second == null_partition
                      ? std::string(null_partition)
                      : lake::hive_value(value->second);
    }
    return folder;
}

}  // namespace

Result<std::size_t> AssetMaker::write_files(
    const std::string& sql, const json::Value& batches, Draft& draft
) {
    engine::WriteOptions options;
    options.partition_by = asset_.partition_by;
    const std::string folder = os::join(
        options_.scratch_folder, "run-" + std::to_string(order_.run) + "-" + asset_.name.text()
    );
    if (asset_.partition_by.empty()) {
        options.path = TRY(parts_.lake->scratch_path(".parquet"));
    } else {
        options.path = folder;
        TRY(os::remove_tree(*parts_.files, folder));
        TRY(parts_.files->create_folders(options_.scratch_folder));
    }
    auto written = work_->write(sql, options);
    if (!written.ok()) {
        const Result<void> given_back = parts_.lake->discard(options.path);
        static_cast<void>(given_back.ok());
        return std::move(written).error();
    }
    for (const engine::WrittenFile& file : *written) {
        if (file.row_count == 0 && !asset_.partition_by.empty()) continue;
        draft.commit.add.push_back(TRY(adopt(file, batches)));
        draft.rows_made += file.row_count;
    }
    TRY(os::remove_tree(*parts_.files, folder));
    return written->size();
}

Result<lake::DataFile> AssetMaker::adopt(
    const engine::WrittenFile& file, const json::Value& batches
) {
    std::string scratch = file.path;
    if (!asset_.partition_by.empty()) {
        scratch = TRY(parts_.lake->scratch_path(".parquet"));
        TRY(parts_.files->rename(file.path, scratch));
    }
    const std::string prefix = asset_.dataset() + hive_folder(asset_.partition_by, file.partition) +
                               "/run-" + std::to_string(order_.run) + "-";
    // A run that is gone on with may have published files of its names before it was cut off.
    constexpr int names_max = 1'000'000;
    Result<lake::DataFile> taken = Error(ErrorCode::AlreadyExists, "no name was tried");
    while (!taken.ok() && taken.error().code() == ErrorCode::AlreadyExists &&
           file_count_ < names_max) {
        const std::string path = prefix + std::to_string(++file_count_) + ".parquet";
        taken = parts_.lake->adopt(scratch, path, file.row_count);
    }
    lake::DataFile adopted = TRY(std::move(taken));
    adopted.partition = file.partition;
    if (!batches.is_null()) {
        adopted.extra = json::Value::object();
        adopted.extra.set("batches", batches);
    }
    return adopted;
}

Result<void> AssetMaker::bind_input(
    const catalog::TableName& name, std::vector<std::string> files
) {
    catalog::TableFiles table = TRY(inputs_.table(name))
    ->files;
    table.files = std::move(files);
    return work_->add_table(table);
}

// One text for a row's partition: its values, each as text, apart by a character that names do not
// hold.
std::string AssetMaker::partition_key_sql() const {
    std::string sql;
    for (const std::string& name : asset_.partition_by) {
        if (!sql.empty()) sql += " || chr(31) || ";
        sql += "coalesce(CAST(" + quote_name(name) + " AS STRING), " +
               quote_literal(null_partition) + ")";
    }
    return sql.empty() ? "''" : sql;
}

std::string AssetMaker::partition_key(const lake::DataFile& file) const {
    std::string key;
    for (std::size_t i = 0; i < asset_.partition_by.size(); ++i) {
        if (i > 0) key.push_back('\x1f');
        const auto value = file.partition.find(asset_.partition_by[i]);
        key += value == file.partition.end() ? std::string(null_partition) : value->second;
    }
    return key;
}

Result<std::vector<std::string>> AssetMaker::partitions_of_result() {
    constexpr std::int64_t partitions_max = 1'000'000;
    const engine::TextRows rows = TRY(work_->rows(
        "SELECT DISTINCT " + partition_key_sql() + " AS k FROM " + quote_table(result_name) +
            " ORDER BY k",
        partitions_max
    ));
    std::vector<std::string> keys;
    for (const auto& row : rows.rows) keys.push_back(row[0].value_or(""));
    return keys;
}

std::string AssetMaker::only_partitions(const std::vector<std::string>& keys) const {
    std::string list;
    for (const std::string& key : keys) list += (list.empty() ? "" : ", ") + quote_literal(key);
    return partition_key_sql() + " IN (" + list + ")";
}

}  // namespace tradewind::pipeline
