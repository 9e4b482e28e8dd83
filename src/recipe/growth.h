// How large a column's expression becomes when an engine writes one step into the next. Twelve
// `clip` of one column and a filter took minutes to plan (DuckDB 1.5.5): each names the column
// three times, and the filter is pushed down through all of them.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace tradewind::recipe {

// A filter still reaches one such part down, so that two of them count together. Beyond it a step's
// rows are computed once (AS MATERIALIZED), and what follows begins anew.
constexpr double column_weight_max = 50;

// Names in lower case, every column of the input among them; a quoted name that is not weighs 1.
using ColumnWeights = std::map<std::string, double>;

// The columns that a SELECT makes (`… AS "name"`) with the weights of all that they name.
ColumnWeights weights_after(std::string_view body, const ColumnWeights& before);

}  // namespace tradewind::recipe
