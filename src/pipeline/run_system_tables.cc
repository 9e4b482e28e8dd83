#include "pipeline/run_system_tables.h"

#include <string>

#include "base/row_writer.h"

namespace tradewind::pipeline {

namespace {

std::string params_text(const Run& run) {
    json::Value params = json::Value::object();
    for (const auto& [name, value] : run.request.params) params.set(name, value);
    return params.dump();
}

}  // namespace

RowBatch run_rows(const std::vector<Run>& runs) {
    RowBatch rows(
        {{"run_id", ColumnType::BigInt},
         {"package", ColumnType::Text},
         {"reason", ColumnType::Text},
         {"state", ColumnType::Text},
         {"message", ColumnType::Text},
         {"interval_from", ColumnType::Text},
         {"interval_to", ColumnType::Text},
         {"params", ColumnType::Text},
         {"queued_at", ColumnType::Timestamp},
         {"started_at", ColumnType::Timestamp},
         {"finished_at", ColumnType::Timestamp},
         {"duration_ms", ColumnType::BigInt}}
    );
    for (const Run& run : runs) {
        RowWriter(rows)
            .number(run.id)
            .text(run.package)
            .text(run.reason)
            .text(to_string(run.state))
            .text(run.message)
            .text(run.request.from)
            .text(run.request.to)
            .text(params_text(run))
            .time(run.queued_at)
            .time(run.started_at)
            .time(run.finished_at)
            .duration(run.started_at, run.finished_at);
    }
    return rows;
}

RowBatch run_asset_rows(const std::vector<Run>& runs) {
    RowBatch rows(
        {{"run_id", ColumnType::BigInt},
         {"asset", ColumnType::Text},
         {"state", ColumnType::Text},
         {"message", ColumnType::Text},
         {"version", ColumnType::BigInt},
         {"rows_in", ColumnType::BigInt},
         {"rows_out", ColumnType::BigInt},
         {"bytes_out", ColumnType::BigInt},
         {"files_written", ColumnType::BigInt},
         {"files_kept", ColumnType::BigInt},
         {"attempts", ColumnType::BigInt},
         {"memory_bytes", ColumnType::BigInt},
         {"started_at", ColumnType::Timestamp},
         {"finished_at", ColumnType::Timestamp},
         {"duration_ms", ColumnType::BigInt},
         {"sql", ColumnType::Text}}
    );
    for (const Run& run : runs) {
        for (const AssetRun& asset : run.assets) {
            RowWriter(rows)
                .number(run.id)
                .text(asset.asset)
                .text(to_string(asset.state))
                .text(asset.message)
                .known(asset.version)
                .number(asset.rows_in)
                .number(asset.rows_out)
                .number(asset.bytes_out)
                .number(asset.files_written)
                .number(asset.files_kept)
                .number(asset.attempts)
                .known(asset.memory_bytes)
                .time(asset.started_at)
                .time(asset.finished_at)
                .duration(asset.started_at, asset.finished_at)
                .text(asset.sql);
        }
    }
    return rows;
}

}  // namespace tradewind::pipeline
