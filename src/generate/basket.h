// The kind "basket": a year of a grocer's orders, shaped as the public market-basket data are.
#pragma once

#include "generate/generate.h"

namespace tradewind::generate {

Result<std::vector<GeneratedFile>> generate_basket(
    const GenerateRequest& request,
    os::Filesystem& files,
    const std::function<void(double)>& progress
);

}  // namespace tradewind::generate
