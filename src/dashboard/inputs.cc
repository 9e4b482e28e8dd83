#include "dashboard/inputs.h"

#include <algorithm>

namespace tradewind::dashboard {

namespace {

constexpr int views_deep_max = 32;

}  // namespace

Result<TablesNamed> tables_named(engine::Engine& engine, const std::string& sql) {
    TablesNamed named;
    for (const engine::TableUse& use : TRY(engine.tables_of(sql))) {
        if (use.name.schema.empty()) {
            named.bare.insert(use.name.table);
        } else {
            named.others.push_back(use.name);
        }
    }
    return named;
}

void Inputs::look_behind(const catalog::TableName& name, Sources& sources, int depth) {
    const auto table = catalog_.show(name);
    if (!table.ok() || depth > views_deep_max) {
        sources.found = false;
        return;
    }
    const catalog::Kind kind = table->declared.kind;
    if (kind == catalog::Kind::System || kind == catalog::Kind::Source) sources.lasting = false;
    if (kind != catalog::Kind::View) return sources.stored.push_back(name);
    for (const std::string& input : table->declared.inputs) {
        const auto behind = catalog::parse_table_name(input);
        if (behind.ok()) {
            look_behind(*behind, sources, depth + 1);
        } else {
            sources.found = false;
        }
    }
}

// What is not there yet may be there the next time: it is asked again.
void Inputs::add(const catalog::TableName& name, Sources& sources) {
    const auto known = behind_.with_lock([&](const auto& all) -> std::optional<Sources> {
        const auto found = all.find(name);
        return found == all.end() ? std::nullopt : std::optional(found->second);
    });
    Sources behind = known.value_or(Sources());
    if (!known) {
        look_behind(name, behind, 0);
        if (behind.found) behind_.with_lock([&](auto& all) { all[name] = behind; });
    }
    sources.lasting = sources.lasting && behind.lasting;
    sources.found = sources.found && behind.found;
    for (catalog::TableName& table : behind.stored) sources.stored.push_back(std::move(table));
}

Result<TablesNamed> Inputs::tables_of(const std::string& sql) {
    const auto known = named_.with_lock([&](const auto& all) -> std::optional<TablesNamed> {
        const auto found = all.find(sql);
        return found == all.end() ? std::nullopt : std::optional(found->second);
    });
    if (known) return *known;
    TablesNamed named = TRY(tables_named(engine_, sql));
    named_.with_lock([&](auto& all) { all[sql] = named; });
    return named;
}

Sources Inputs::sources_of(const Definition& definition, const TablesNamed& named) {
    Sources sources;
    for (const std::string& table : named.bare) add({definition.package, table}, sources);
    for (const catalog::TableName& table : named.others) add(table, sources);
    std::ranges::sort(sources.stored);
    const auto twice = std::ranges::unique(sources.stored);
    sources.stored.erase(twice.begin(), twice.end());
    return sources;
}

std::vector<Input> Inputs::versions_of(const Sources& sources) {
    std::vector<Input> inputs;
    for (const catalog::TableName& name : sources.stored) {
        Input& input = inputs.emplace_back();
        input.table = name.text();
        const auto table = catalog_.show(name);
        if (!table.ok()) continue;
        input.version = table->version.number;
        input.committed_at = table->version.published_at;
    }
    return inputs;
}

}  // namespace tradewind::dashboard
