// The statement that runs: a tile's SQL behind CTEs that hold what the filters leave of its tables.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dashboard/dashboard.h"

namespace tradewind::dashboard {

// A filter that is set, its values as SQL has them.
struct SetFilter {
    const Filter* filter = nullptr;
    DateRange range;                    // DateRange
    std::vector<std::string> literals;  // Choice
    bool or_null = false;               // Choice: rows without a value too
};

// A value as a literal of the type, which quotes whatever it is. InvalidArgument: it is none of the
// type, or values of that type are not chosen from.
Result<std::string> literal_of(std::string_view type, std::string_view text);
bool can_be_chosen(std::string_view type);
// Can a column of that type hold what is chosen?
bool can_be_filtered(const Filter& filter, std::string_view value_type, std::string_view column);

// "country IN ('france')", "(invoice_date >= DATE '2011-01-01' AND …)".
std::string condition_of(const SetFilter& set, const std::string& column);

struct Composition {
    std::string sql;
    int lines_before = 0;              // line n of the statement as declared is n + lines_before
    std::set<std::string> tables;      // that have a CTE
    std::vector<std::string> applied;  // by name, of those that are set
    std::vector<std::string> ignored;
};

// `tables`: the package's that the statement calls by bare names.
Composition compose(
    const Definition& definition,
    const std::string& sql,
    const std::set<std::string>& tables,
    const std::vector<SetFilter>& set
);

// The choices of a filter with that text in value or label; `columns` of its statement.
std::string search_sql(
    const std::string& sql, const std::vector<engine::ResultColumn>& columns, std::string_view text
);

}  // namespace tradewind::dashboard
