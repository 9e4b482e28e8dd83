// Nulls and bounds of a table's columns, from what its Parquet files say of themselves: no row is
// read. Of what is in files; rows of a stream that came just now are not counted yet.
#pragma once

#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "engine/engine.h"

namespace tradewind::api {

// Nothing where the files do not tell: text too long for their statistics, no files, more than
// can be looked at.
Result<std::vector<catalog::CrawledColumnStatistics>> file_statistics(
    engine::Engine& engine, const catalog::TableFiles& table
);

}  // namespace tradewind::api
