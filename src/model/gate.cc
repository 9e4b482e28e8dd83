#include "model/gate.h"

#include <cmath>

#include "model/evaluation.h"

namespace tradewind::model {

std::vector<std::string> gate_metrics(Kind kind) {
    if (kind == Kind::Classify) {
        return {
            "auc",
            "precision@10%",
            "recall@10%",
            "precision",
            "recall",
            "f1",
            "brier",
            "log_loss",
            "calibration_error"
        };
    }
    // Names are those of any lists, empty ones too.
    std::vector<std::string> names;
    const json::Value metrics = ListScores(1).metrics();
    for (const auto& member : metrics.members()) names.push_back(member.first);
    return names;
}

bool less_is_better(std::string_view metric) {
    return metric == "log_loss" || metric == "brier" || metric == "calibration_error" ||
           metric.starts_with("concentration@");
}

bool passes_gate(const Gate& gate, double fresh, double before) {
    if (std::isnan(before)) return true;
    if (less_is_better(gate.metric)) return fresh <= before + gate.tolerance;
    return fresh >= before - gate.tolerance;
}

}  // namespace tradewind::model
