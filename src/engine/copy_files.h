// COPY: the statement that writes rows to files, and what it says of them.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/duckdb_handle.h"
#include "engine/engine.h"

namespace tradewind::engine {

// `shape`: the columns of `sql`. InvalidArgument: a column of a type that the format has not, two
// columns of one name, a partition column that is not there. `constants`: the columns known to hold
// one value.
Result<std::string> copy_sql(
    const std::string& sql,
    const std::vector<ResultColumn>& shape,
    const WriteOptions& options,
    const std::set<std::string>& constants = {}
);
Result<std::vector<WrittenFile>> read_copy_result(
    ResultHandle& result, const WriteOptions& options
);

// Values too long for a folder's name, which `read_copy_result` knows by a hash alone, as they
// stand in the files. `read_row`: the cells of a statement's first row.
using ReadRow = std::function<Result<std::vector<std::optional<std::string>>>(const std::string&)>;
Result<void> read_long_partitions(std::vector<WrittenFile>& written, const ReadRow& read_row);

}  // namespace tradewind::engine
