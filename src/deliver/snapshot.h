// Of a table that is loaded by snapshots: which delivery it shows. Its versions tell that
// themselves, so that it is decided by what is published and by nothing else.
#pragma once

#include <cstdint>
#include <optional>

#include "base/ids.h"
#include "base/json.h"
#include "contract/contract.h"
#include "deliver/deliver.h"
#include "lake/lake.h"

namespace tradewind::deliver {

struct Snapshot {
    OriginId origin;
    std::optional<std::int64_t> date;  // of the file, in days since 1970-01-01
};

// What the version shows; nothing: no delivery yet. Of a version made before the source was loaded
// by snapshots it is the newest of its deliveries.
std::optional<Snapshot> snapshot_of(
    const lake::Version& version, const contract::Contract& contract
);

// By date where both have one, else by delivery.
bool is_newer(const Snapshot& snapshot, const Snapshot& shown);

// `extra` of a version that shows it; of one that shows none.
json::Value extra_showing(const json::Value& extra, const Snapshot& snapshot);
json::Value extra_without_snapshot(const json::Value& extra);

}  // namespace tradewind::deliver
