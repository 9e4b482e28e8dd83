// What an asset's checks compare it with is made before it, as what it reads is: a check must not
// depend on which of the two happens to be ready first.
#pragma once

#include <map>

#include "base/result.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

class CheckOrder {
public:
    // The assets' inputs are resolved, and hold no circle that was not told.
    CheckOrder(engine::Engine& engine, const std::map<catalog::TableName, Asset>& assets)
        : engine_(engine), assets_(assets) {}

    // Fills its check_inputs; one of those that the constructor was given. InvalidArgument with the
    // place: a check that blocks looks at what is made from the asset itself, and would be answered
    // by what that was before. One that does not block is.
    Result<void> add(Asset& asset) const;

private:
    bool is_made_after(const catalog::TableName& later, const catalog::TableName& earlier) const;

    engine::Engine& engine_;
    const std::map<catalog::TableName, Asset>& assets_;
};

}  // namespace tradewind::pipeline
