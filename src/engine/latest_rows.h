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

// A hash of each row's key, from 0 to 2^63 - 1: equal keys have equal ones.
std::string key_hashes_sql(const std::string& rows, const std::vector<std::string>& key);

// The keys that more than one row has, once each: equal keys have equal hashes, and a hash is eight
// bytes to sort, whatever the keys are; what is grouped by key is only what shares one. `rows` is
// read twice, its key alone.
std::string repeated_keys_sql(const std::string& rows, const std::vector<std::string>& key);

// The same as latest_rows_sql for statements that read all rows, where few or none share a key:
// only those are sorted, the others pass as they are read. `repeated`: the relation of the keys
// that more than one row has, a name or a SELECT in brackets.
std::string latest_of_many_sql(
    const std::string& names,
    const std::string& rows,
    const std::vector<std::string>& key,
    const std::string& repeated
);

}  // namespace tradewind::engine
