// The kind "online_retail": a year of a UK retailer's invoice lines, dirt included.
#pragma once

#include "generate/generate.h"

namespace tradewind::generate {

Result<std::vector<GeneratedFile>> generate_online_retail(
    const GenerateRequest& request,
    os::Filesystem& files,
    const std::function<void(double)>& progress
);

}  // namespace tradewind::generate
