// Work on tables reads files: what streams brought a moment ago is written to them first.
#pragma once

#include "api/api.h"

namespace tradewind::api {

inline Result<void> flush_sources(const Services& services) {
    for (const auto& [source, delivery] : services.deliveries) TRY(delivery->flush());
    return {};
}

}  // namespace tradewind::api
