#include "quality/tables.h"

#include <vector>

namespace tradewind::quality {

namespace {

catalog::TableName in_schema(const catalog::TableName& name, const std::string& schema) {
    return name.schema.empty() ? catalog::TableName{schema, name.table} : name;
}

}  // namespace

Result<void> Tables::add(const catalog::TableName& name) {
    if (!present_.insert(name).second) return {};
    const catalog::TableInfo info = TRY(catalog_.show(name));
    if (!info.damage.empty())
        return Error(ErrorCode::Corruption, name.text() + " is damaged").with_detail(info.damage);
    if (info.declared.kind == catalog::Kind::System) {
        return Error(ErrorCode::InvalidArgument, name.text() + " is the platform's own state")
            .with_hint("Ask it by a query; checks and profiles are for tables of data.");
    }
    if (info.declared.kind == catalog::Kind::View) {
        for (const engine::TableUse& use : TRY(engine_.tables_of(info.declared.sql)))
            TRY(add(in_schema(use.name, name.schema)));
        return work_.add_view(name, info.declared.sql);
    }
    const bool is_made = info.declared.kind == catalog::Kind::Asset;
    if (is_made && info.version.number == 0) {
        return Error(ErrorCode::NotFound, "nothing was published as " + name.text() + " yet")
            .with_hint("Run its package first.");
    }
    return work_.add_table(TRY(catalog_.files(name)));
}

Result<void> Tables::add_others(const TableChecks& checks) {
    for (const Check& check : checks.checks) {
        std::vector<catalog::TableName> names;
        if (check.to) names.push_back(*check.to);
        if (!check.sql.empty()) {
            auto uses = engine_.tables_of(check.sql);
            if (!uses.ok()) continue;  // the check tells
            for (const engine::TableUse& use : *uses)
                names.push_back(in_schema(use.name, checks.table.schema));
        }
        for (const catalog::TableName& name : names) {
            const auto added = add(name);
            const bool is_missing =
                !added.ok() && (added.error().code() == ErrorCode::NotFound ||
                                added.error().code() == ErrorCode::InvalidArgument);
            if (!added.ok() && !is_missing) return added;
        }
    }
    return {};
}

}  // namespace tradewind::quality
