// What names mean at one place of a statement: the tables after FROM, the aliases before, and the
// scopes around.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::engine {

using Sources = std::set<std::string>;  // "raw.online_retail.quantity"

// Stands for columns whose names only planning tells (of a PIVOT, of a table not known).
inline constexpr std::string_view unknown_columns = "*";

struct LineageColumn {
    std::string name;
    Sources from{};
};
using LineageColumns = std::vector<LineageColumn>;

Sources all_sources(const LineageColumns& columns);
const LineageColumn* find_column(const LineageColumns& columns, std::string_view name);

// Something after FROM.
struct Relation {
    std::string schema;  // empty where an alias hides it
    std::string alias;
    LineageColumns columns;
    // It may have columns besides, computed from `any`, or those of the table of that name.
    bool open = false;
    Sources any{};
    std::string table{};

    Sources all() const;
    std::optional<Sources> column(const std::string& name) const;
    Sources other_column(const std::string& name) const;
};

struct LineageScope {
    const LineageScope* outer = nullptr;
    std::vector<Relation> relations;
    LineageColumns star;                     // what * stands for
    std::map<std::string, Sources> aliases;  // lower case; of the select list so far

    Sources all() const;
    // What a name with its qualifiers is computed from, seen from here. A name that nothing here
    // or around has is computed from everything here: too much is better than nothing.
    Sources named(const std::vector<std::string>& names) const;

private:
    std::optional<Sources> here(const std::vector<std::string>& names) const;
    std::optional<Sources> qualified(const std::vector<std::string>& names) const;
    std::optional<Sources> column(const std::string& name) const;
    std::optional<Sources> in_open_tables(const std::vector<std::string>& names) const;
};

}  // namespace tradewind::engine
