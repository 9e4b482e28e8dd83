// Names of tables and columns out of those of files, folders and headers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tradewind::crawl {

// "Order ID" → order_id, "2024 Sales" → _2024_sales, "CustomerID" → customer_id; letters beyond
// ASCII stay. Nothing usable: "".
std::string snake_case(std::string_view text);
// Of a header: as snake_case, without equals, none empty ("column_3").
std::vector<std::string> column_names(const std::vector<std::string>& header);
// Of a file's name without what says its format: "orders.csv.gz" → "orders".
std::string stem_of(std::string_view file_name);
// What the stems begin with alike, without a number or sign at its end: "sales_2024", "sales_2025"
// → "sales". Nothing: "".
std::string common_stem(const std::vector<std::string>& stems);

// `day=2024-01-02`: the parts of a partition folder's name; key empty: it is none.
struct HiveFolder {
    std::string key;
    std::string value;
};
HiveFolder hive_folder(std::string_view name);
// 2024, 01, 2024-01-02, 20240102: a folder that only says when.
bool is_dated_folder(std::string_view name);

}  // namespace tradewind::crawl
