// The demo's part about what is learnt: models trained and measured beside their baselines, what
// they say of one customer, segments of all, sales to come.
#pragma once

#include "base/result.h"
#include "cli/demo_packages.h"

namespace tradewind::cli {

Result<void> show_models(const DemoStage& stage);
Result<void> show_segments(const DemoStage& stage);

}  // namespace tradewind::cli
