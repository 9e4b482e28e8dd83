#include "engine/sql_lineage_scope.h"

#include "base/text.h"

namespace tradewind::engine {

Sources all_sources(const LineageColumns& columns) {
    Sources all;
    for (const LineageColumn& column : columns) all.insert(column.from.begin(), column.from.end());
    return all;
}

const LineageColumn* find_column(const LineageColumns& columns, std::string_view name) {
    for (const LineageColumn& column : columns) {
        if (equal_ignore_case(column.name, name)) return &column;
    }
    return nullptr;
}

Sources Relation::all() const {
    Sources all = all_sources(columns);
    all.insert(any.begin(), any.end());
    return all;
}

std::optional<Sources> Relation::column(const std::string& name) const {
    const LineageColumn* found = find_column(columns, name);
    if (found == nullptr) return std::nullopt;
    return found->from;
}

Sources Relation::other_column(const std::string& name) const {
    if (table.empty()) return any;
    return {table + "." + name};
}

Sources LineageScope::all() const {
    Sources all;
    for (const Relation& relation : relations) all.merge(relation.all());
    return all;
}

Sources LineageScope::named(const std::vector<std::string>& names) const {
    for (const LineageScope* scope = this; scope != nullptr; scope = scope->outer) {
        if (auto found = scope->here(names)) return *std::move(found);
    }
    for (const LineageScope* scope = this; scope != nullptr; scope = scope->outer) {
        if (auto found = scope->in_open_tables(names)) return *std::move(found);
    }
    return all();
}

// A column comes before an alias of the select list, as the engine has it; a name of several parts
// may be a table's column or a field of one.
std::optional<Sources> LineageScope::here(const std::vector<std::string>& names) const {
    if (names.empty()) return std::nullopt;
    if (names.size() > 1) {
        if (auto found = qualified(names)) return found;
    }
    if (auto found = column(names[0])) return found;
    const auto alias = aliases.find(to_lower_ascii(names[0]));
    if (alias != aliases.end()) return alias->second;
    if (names.size() > 1) return std::nullopt;
    for (const Relation& relation : relations) {
        if (equal_ignore_case(relation.alias, names[0])) return relation.all();
    }
    return std::nullopt;
}

std::optional<Sources> LineageScope::qualified(const std::vector<std::string>& names) const {
    for (const Relation& relation : relations) {
        const bool by_alias = equal_ignore_case(relation.alias, names[0]);
        if (by_alias) {
            if (auto found = relation.column(names[1])) return found;
            if (relation.open) return relation.other_column(names[1]);
        }
        if (names.size() < 3 || !equal_ignore_case(relation.schema, names[0]) ||
            !equal_ignore_case(relation.alias, names[1]))
            continue;
        if (auto found = relation.column(names[2])) return found;
        if (relation.open) return relation.other_column(names[2]);
    }
    return std::nullopt;
}

// Several tables may have it where USING makes it one.
std::optional<Sources> LineageScope::column(const std::string& name) const {
    std::optional<Sources> all;
    for (const Relation& relation : relations) {
        auto found = relation.column(name);
        if (!found) continue;
        if (all) {
            all->merge(*found);
        } else {
            all = std::move(found);
        }
    }
    return all;
}

std::optional<Sources> LineageScope::in_open_tables(const std::vector<std::string>& names) const {
    std::optional<Sources> all;
    for (const Relation& relation : relations) {
        if (!relation.open || names.empty()) continue;
        if (!all) all.emplace();
        all->merge(relation.other_column(names[0]));
    }
    return all;
}

}  // namespace tradewind::engine
