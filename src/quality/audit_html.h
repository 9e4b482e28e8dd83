// The audit report: what was checked, what was found, for people.
#pragma once

#include <string>
#include <vector>

#include "quality/history.h"
#include "quality/quality.h"

namespace tradewind::quality {

struct AuditTable {
    Report report;
    Trails trails;
};

std::string audit_html(const std::vector<AuditTable>& tables, Timestamp now);

}  // namespace tradewind::quality
