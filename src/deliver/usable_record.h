// Would a record that is sent in again be used now?
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "contract/contract.h"

namespace tradewind::deliver {

// Its partition key. InvalidArgument: it (still) breaks the contract, or would come back from the
// transform as another dead letter.
Result<std::string> usable_record_key(
    const std::shared_ptr<const contract::Contract>& contract, const std::string& record
);

}  // namespace tradewind::deliver
