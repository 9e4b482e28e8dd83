// Brings tables and views into a Work, as they are published now.
#pragma once

#include <set>

#include "quality/quality.h"

namespace tradewind::quality {

class Tables {
public:
    Tables(
        engine::Engine& engine,
        catalog::Catalog& catalog,
        engine::Work& work,
        std::set<catalog::TableName> present
    )
        : engine_(engine), catalog_(catalog), work_(work), present_(std::move(present)) {}

    // A table, or a view and what it reads; nothing when it is there.
    Result<void> add(const catalog::TableName& name);
    // Everything that the checks read besides their own table. What is not there is left out: the
    // check that needs it says so.
    Result<void> add_others(const TableChecks& checks);
    bool lacks(const catalog::TableName& name) const { return missing_.contains(name); }

private:
    engine::Engine& engine_;
    catalog::Catalog& catalog_;
    engine::Work& work_;
    std::set<catalog::TableName> present_;
    std::set<catalog::TableName> missing_;
};

}  // namespace tradewind::quality
