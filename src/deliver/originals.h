// Files as they were delivered, kept under raw/<source>/batch/year=…/month=…/day=…/.
#pragma once

#include <string>

#include "deliver/deliver.h"

namespace tradewind::deliver {

Result<std::string> keep_original(
    const DeliveryParts& parts, const LoadTicket& ticket, const std::string& path
);

}  // namespace tradewind::deliver
