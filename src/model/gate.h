// Which metrics a gate may look at, and whether a new version passes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/spec.h"

namespace tradewind::model {

// Those that a report of the kind has.
std::vector<std::string> gate_metrics(Kind kind);
// Of some metrics less is better: losses, and how much of the lists falls to few products.
bool less_is_better(std::string_view metric);
// Not worse than the version before by more than the tolerance. What is no number of that version
// stands in nobody's way.
bool passes_gate(const Gate& gate, double fresh, double before);

}  // namespace tradewind::model
