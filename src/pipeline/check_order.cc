#include "pipeline/check_order.h"

#include <set>
#include <vector>

namespace tradewind::pipeline {

bool CheckOrder::is_made_after(const catalog::TableName& later, const catalog::TableName& earlier)
    const {
    std::vector<catalog::TableName> left{later};
    std::set<catalog::TableName> seen;
    while (!left.empty()) {
        const catalog::TableName name = left.back();
        left.pop_back();
        if (name == earlier) return true;
        const auto asset = assets_.find(name);
        if (asset == assets_.end() || !seen.insert(name).second) continue;
        for (const engine::TableUse& use : asset->second.inputs) left.push_back(use.name);
        for (const catalog::TableName& other : asset->second.check_inputs) left.push_back(other);
    }
    return false;
}

Result<void> CheckOrder::add(Asset& asset) const {
    for (const quality::Check& check : asset.checks.checks) {
        quality::TableChecks one = asset.checks;
        one.checks = {check};
        for (const catalog::TableName& other : quality::tables_named(engine_, one)) {
            if (!assets_.contains(other) || !is_made_after(other, asset.name)) {
                asset.check_inputs.insert(other);
                continue;
            }
            if (!check.blocking) continue;
            return Error(
                       ErrorCode::InvalidArgument,
                       "its check " + check.name + " looks at " + other.text() +
                           ", which is made after it"
            )
                .with_detail(
                    other.text() + " reads " + asset.name.text() +
                    ", or is checked against it, so it cannot be there first."
                )
                .with_hint(
                    "Declare the check for " + other.text() +
                    ", or give it blocking: false; it is then answered by what " + other.text() +
                    " was before the run."
                )
                .at(check.at);
        }
    }
    return {};
}

}  // namespace tradewind::pipeline
