// Bulk loading of one file's rows, see deliver.h.
#pragma once

#include <memory>

#include "deliver/deliver.h"
#include "deliver/letters_sink.h"
#include "deliver/raw_table.h"

namespace tradewind::deliver {

Result<std::unique_ptr<Load>> make_load(
    const DeliverySettings& settings,
    const DeliveryParts& parts,
    const LoadTicket& ticket,
    RawTable& table,
    FilterCounts& filtered,
    std::shared_ptr<void> leave  // released when the load is over
);

// Brings all rows of one table file to the serving tables, under that cursor; rows that the cursor
// has passed are skipped.
Result<void> serve_table_file(
    const DeliveryParts& parts,
    const RawTable& table,
    const lake::DataFile& file,
    const std::string& cursor
);

}  // namespace tradewind::deliver
