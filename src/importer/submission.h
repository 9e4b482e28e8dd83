// What is checked of requests before any of them is queued.
#pragma once

#include <vector>

#include "base/result.h"
#include "importer/importing.h"
#include "importer/records.h"

namespace tradewind::importer {

// The records to queue, in order. NotFound, InvalidArgument: the first fault; nothing is queued.
Result<std::vector<Record>> check_requests(
    const ImporterParts& parts, const Records& records, const std::vector<ImportRequest>& requests
);

}  // namespace tradewind::importer
