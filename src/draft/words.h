// Words: names out of what people write, what a name lets one expect, and texts as YAML, SQL and
// comments want them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::draft {

// "Größe (cm)" → groesse_cm, "2024 Sales" → n2024_sales; nothing usable: "". At most 60 bytes, so
// that there is room for a number behind it.
std::string plain_name(std::string_view text);

// order_id, sku, zip_code, no, …
bool names_an_id(std::string_view column);
// price, unit_cost, total_amount, …
bool names_money(std::string_view column);
// quantity, items, stock_on_hand, … and all that names_money says.
bool names_an_amount(std::string_view column);
// invoice_date, created_at, …
bool names_a_time(std::string_view column);
// "orders" → order, "categories" → category, "boxes" → box; others stay.
std::string singular(std::string_view name);

// In quotes only where SQL needs them (reserved words).
std::string sql_name(std::string_view name);
std::vector<std::string> sql_names(const std::vector<std::string>& names);
// A scalar of YAML, in quotes where it needs them; in flow collections too.
std::string yaml_text(std::string_view text);
// YAML as it may stand in an SQL comment: no `*/` ends that.
std::string in_comment(std::string yaml);
// "[a, b]"; one alone: "a" where `bare`.
std::string yaml_list(const std::vector<std::string>& texts, bool bare = false);
// One line for a comment: no line ends, no `*/`, at most 160 bytes, valid UTF-8.
std::string comment_text(std::string_view text);
// Valid UTF-8 without control characters, whatever the bytes were.
std::string printable(std::string_view bytes);

// "1 row", "1,234 rows"
std::string count_of(std::int64_t count, std::string_view one, std::string_view many);
std::string join(const std::vector<std::string>& parts, std::string_view between);

}  // namespace tradewind::draft
