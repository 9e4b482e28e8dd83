// The tables of runs in meta.sqlite, and their rows as structs.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "os/database.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// Makes what is missing; a table of an earlier version gets the columns that came since.
Result<void> create_run_tables(os::Database& database);

constexpr std::string_view run_columns =
    "id, package, reason, state, message, queued_at, started_at, finished_at, request";
Run run_of(const os::SqlRow& row);
constexpr std::string_view run_asset_columns =
    "asset, state, message, version, rows_in, rows_out, bytes_out, files_written, files_kept, sql, "
    "started_at, finished_at, attempts, memory_bytes, blocked, rows_made";
AssetRun asset_run_of(const os::SqlRow& row);

std::string request_text(const RunRequest& request);

}  // namespace tradewind::pipeline
