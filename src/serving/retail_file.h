// Reads the real online retail file for tests and measurements: just enough CSV for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/row_batch.h"

namespace tradewind::serving {

// The folder of real data, which TRADEWIND_TEST_DATA names if it is not where it usually is;
// nothing when it is absent.
std::optional<std::string> test_data_folder();

// The rows of data.iso8859-1.csv.gz in batches, as an import with that origin.
std::vector<RowBatch> read_retail_file(
    const std::string& folder, std::size_t batch_rows, OriginId origin
);

}  // namespace tradewind::serving
