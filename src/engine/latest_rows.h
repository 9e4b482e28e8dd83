// SQL for rows of which the one received last counts.
#pragma once

#include <string>
#include <vector>

namespace tradewind::engine {

// `names`: the columns, quoted. `rows`: a SELECT of them and of the provenance columns. Rows that
// share `key` are one, the one received last; the order is total, so that the same rows win
// whenever it is asked. A filter on the key reaches the files.
std::string latest_rows_sql(
    const std::string& names, const std::string& rows, const std::vector<std::string>& key
);

// The same rows for statements that read all of them, where few or none share a key: only those
// are sorted, the others pass as they are read. `rows` is read three times, twice its key alone.
std::string latest_of_many_sql(
    const std::string& names, const std::string& rows, const std::vector<std::string>& key
);

}  // namespace tradewind::engine
