#include "dashboard/filter_types.h"

#include "dashboard/compose.h"
#include "dashboard/inputs.h"

namespace tradewind::dashboard {

Result<std::vector<engine::ResultColumn>> FilterTypes::columns(
    const Definition& definition, const Filter& filter
) {
    using Columns = std::vector<engine::ResultColumn>;
    const std::string key = definition.package + "/" + definition.name + "/" + filter.name;
    const auto known = known_.with_lock([&](const auto& all) -> std::optional<Columns> {
        const auto found = all.find(key);
        return found == all.end() ? std::nullopt : std::optional(found->second);
    });
    if (known) return *known;
    const TablesNamed named = TRY(tables_named(engine_, filter.sql.sql));
    const Composition whole = compose(definition, filter.sql.sql, named.bare, {});
    Columns columns = TRY(engine_.explain_columns(whole.sql));
    known_.with_lock([&](auto& all) { all[key] = columns; });
    return columns;
}

Result<std::string> FilterTypes::value_type(const Definition& definition, const Filter& filter) {
    for (const engine::ResultColumn& column : TRY(columns(definition, filter))) {
        if (column.name == "value") return column.type;
    }
    return Error(ErrorCode::InvalidArgument, "filter " + filter.name + " gives no column value")
        .with_hint("SELECT DISTINCT … AS value.");
}

}  // namespace tradewind::dashboard
