// The tables that a training reads: one Work over versions that do not move while it lasts.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "model/model.h"

namespace tradewind::model {

class PinnedTables {
public:
    static Result<std::unique_ptr<PinnedTables>> open(
        const ModelParts& parts,
        std::int64_t timeout_us,
        std::shared_ptr<const std::atomic<bool>> cancelled
    );

    // A table, or a view and what it reads; nothing when it is there. NotFound with what to do.
    Result<void> add(const catalog::TableName& name);
    engine::Work& work() { return *work_; }
    // "basket.orders" → the version that is read.
    const std::map<std::string, std::int64_t>& versions() const { return versions_; }

private:
    explicit PinnedTables(const ModelParts& parts) : parts_(parts) {}
    Result<void> add_stored(const catalog::TableInfo& info);

    const ModelParts& parts_;
    std::vector<std::shared_ptr<lake::Pin>> pins_;  // outlive the work
    std::unique_ptr<engine::Work> work_;
    std::set<catalog::TableName> present_;
    std::map<std::string, std::int64_t> versions_;
};

}  // namespace tradewind::model
