#include "quality/tables.h"

#include <utility>

#include "quality/kinds.h"

namespace tradewind::quality {

namespace {

catalog::TableName in_schema(const catalog::TableName& name, const std::string& schema) {
    return name.schema.empty() ? catalog::TableName{schema, name.table} : name;
}

}  // namespace

Result<void> Tables::add(const catalog::TableName& name) {
    if (!present_.insert(name).second) return {};
    const catalog::TableInfo info = TRY(catalog_.show(name));
    // Why files of others cannot be read, they tell themselves.
    if (!info.damage.empty() && info.declared.kind != catalog::Kind::Crawled)
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
    for (const catalog::TableName& name : tables_named(engine_, checks)) {
        const auto added = add(name);
        const bool is_missing = !added.ok() && (added.error().code() == ErrorCode::NotFound ||
                                                added.error().code() == ErrorCode::InvalidArgument);
        if (!added.ok() && !is_missing) return added;
        if (is_missing) missing_.insert(name);
    }
    return {};
}

std::set<catalog::TableName> tables_named(engine::Engine& engine, const TableChecks& checks) {
    TableChecks resolved = checks;
    resolve(resolved);
    std::set<catalog::TableName> names;
    for (const Check& check : resolved.checks) {
        if (check.to) names.insert(*check.to);
        if (check.sql.empty()) continue;
        const auto uses = engine.tables_of(check.sql);
        if (!uses.ok()) continue;
        for (const engine::TableUse& use : *uses)
            names.insert(in_schema(use.name, resolved.table.schema));
    }
    names.erase(resolved.table);
    return names;
}

}  // namespace tradewind::quality
