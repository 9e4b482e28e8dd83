// Figures of models as a person sees them.
#pragma once

#include <string>

#include "base/json.h"

namespace tradewind::cli {

// Of the many metrics of a report those that stand in tables.
inline constexpr const char* shown_metrics[] = {"f1", "recall@10", "ndcg@10", "hit_rate@10"};

// A member with four decimals; empty: there is none, or it is no number.
std::string figure(const json::Value& values, const std::string& name);

}  // namespace tradewind::cli
