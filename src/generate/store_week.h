// The kind "store_week": what a chain of stores dumps from its transaction database every night.
#pragma once

#include "generate/generate.h"

namespace tradewind::generate {

Result<std::vector<GeneratedFile>> generate_store_week(
    const GenerateRequest& request,
    os::Filesystem& files,
    const std::function<void(double)>& progress
);

}  // namespace tradewind::generate
