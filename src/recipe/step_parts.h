// What several steps are made of.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "recipe/step.h"

namespace tradewind::recipe {

// The pair of parameters of steps that change columns where they stand, or write to a new one.
Parameter columns_parameter(std::string description, Accepts accepts);
Parameter into_parameter();
Parameter by_parameter(std::string description);
Parameter order_parameter(std::string description, bool required);

// One expression a column of `columns`, in place, or as the new column `into`.
Result<StepSql> write_columns(
    StepContext& context, const std::function<Result<std::string>(const Column&)>& expression
);

// `"a" DESC NULLS LAST, "b" NULLS LAST`
std::string order_text(const std::vector<OrderItem>& items);
// The same and, for rows that are equal in these, all other columns: so the result never depends on
// chance. Rows that are equal in everything are interchangeable.
std::string order_with_ties(
    const std::vector<OrderItem>& items, const std::vector<Column>& columns
);
// "OVER (PARTITION BY … ORDER BY … frame)"; any part may be empty.
std::string over(
    const std::vector<Column>& by, const std::string& order, const std::string& frame = {}
);
std::string as_double(const std::string& expression);
// A name that no column has: for a helper column inside a step.
std::string free_name(const StepContext& context, const std::string& wish);
// `expression`, as that type unless the engines agree on it anyway.
std::string cast_to(const std::string& expression, const std::string& type);

}  // namespace tradewind::recipe
