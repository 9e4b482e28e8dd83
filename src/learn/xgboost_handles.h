// What the files that adapt XGBoost's C interface share; nobody else includes it. The library
// catches its own exceptions and gives a message.
#pragma once

#include <xgboost/c_api.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "learn/trees.h"

namespace tradewind::learn {

struct FreeMatrix {
    void operator()(void* handle) const { XGDMatrixFree(handle); }
};
struct FreeBooster {
    void operator()(void* handle) const { XGBoosterFree(handle); }
};
using Matrix = std::unique_ptr<void, FreeMatrix>;
using Booster = std::unique_ptr<void, FreeBooster>;

// It writes warnings to stderr; each thread has a setting of its own.
void be_quiet();
// What a call came to: its outcome, or the error with what XGBoost says of it.
Result<void> called(int outcome, ErrorCode code, const char* doing);
// A block's place and shape, as XGBoost reads it.
std::string array_interface(const FeatureBlock& block);

Result<Booster> new_booster(const std::vector<DMatrixHandle>& matrices);
Result<void> name_features(const Booster& booster, const std::vector<std::string>& names);
// Trees that predict and explain, of a trained booster.
Result<std::unique_ptr<Trees>> make_trees(Booster booster);

}  // namespace tradewind::learn
