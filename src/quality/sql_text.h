// Pieces of SQL: names, literals, and a user's conditions as parts of a statement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sql_text.h"
#include "quality/quality.h"

namespace tradewind::quality {

std::string quote_names(const std::vector<std::string>& names);  // with commas
std::string quote_table(const catalog::TableName& name);         // "raw"."orders"
// In parentheses; a comment at its end does not swallow what follows.
std::string user_condition(const std::string& sql);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// Shortest digits that read back as the same number.
std::string number_of(double value);

// By the portable name of a type.
bool is_text_type(std::string_view type);
bool is_number_type(std::string_view type);
bool is_time_type(std::string_view type);  // DATE, TIMESTAMP, TIMESTAMP WITH TIME ZONE
bool is_nested_type(std::string_view type);
// "INTEGER" and "INT", "STRING" and "VARCHAR", …: are they one type?
bool same_type(std::string_view a, std::string_view b);

// May it stand in a statement as a type? Words, and numbers in parentheses.
bool is_type_name(std::string_view type);

// A condition: may the values of this expression, of the portable type `own`, be read as `type` and
// be the same then? The engine's casts are more lenient: they round, and stop at what follows a
// day.
std::string reads_as(const std::string& value, std::string_view own, std::string_view type);

// The value as it is compared with a column of that type: text is text, whatever it looks like.
std::string literal(const Literal& value, std::string_view column_type);

}  // namespace tradewind::quality
