// Streamed rows in the SQL table: hot in the engine at once, in Parquet by size or age.
#pragma once

#include <memory>

#include "deliver/raw_table.h"
#include "deliver/sink.h"

namespace tradewind::deliver {

struct TableSinkOptions {
    std::int64_t append_rows = 122'880;
    std::int64_t flush_rows = 1'000'000;
    std::int64_t flush_age_us = 300'000'000;
};

std::unique_ptr<Sink> make_table_sink(
    TableSinkOptions options,
    std::shared_ptr<const contract::Contract> contract,
    RawTable& table,
    os::Clock& clock
);

}  // namespace tradewind::deliver
