// Figures of models as a person sees them.
#pragma once

#include <string>

#include "base/json.h"

namespace tradewind::cli {

// Of the many metrics of a report those that stand in tables: of lists, and of labels.
inline constexpr const char* shown_metrics[] = {"f1", "recall@10", "ndcg@10", "hit_rate@10"};
inline constexpr const char* shown_label_metrics[] = {
    "auc",
    "log_loss",
    "precision",
    "recall",
    "f1",
    "precision@10%",
    "recall@10%",
    "brier",
    "calibration_error"
};

// A member with four decimals; empty: there is none, or it is no number.
std::string figure(const json::Value& values, const std::string& name);

}  // namespace tradewind::cli
