// What has no versions of its own, exports and views with checks: what each was last made of, so
// that a run in which nothing changed leaves it as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "catalog/catalog.h"
#include "os/database.h"

namespace tradewind::pipeline {

struct MadeRecord {
    std::string made_of;  // all that decides what its rows and checks are, as one text
    std::string path;     // an export's file, and what it was like then: somebody may change it
    std::uint64_t bytes = 0;
    Timestamp modified_at;
    std::int64_t row_count = 0;
};

Result<void> create_made_records(os::Database& database);
// Nothing: it was never made, or nobody knows.
Result<std::optional<MadeRecord>> find_made(os::Database& database, const catalog::TableName& name);
// Before it is made: what comes of that, nobody knows yet.
Result<void> forget_made(os::Database& database, const catalog::TableName& name);
// When all is done: a crash before has it made again.
Result<void> record_made(
    os::Database& database, const catalog::TableName& name, const MadeRecord& record
);

}  // namespace tradewind::pipeline
