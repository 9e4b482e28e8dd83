// What the folders' names between a table's folder and a file say: `day=2024-01-02/`.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "crawl/file_report.h"

namespace tradewind::crawl {

// What such a folder is called where its column is null.
inline constexpr const char* hive_null = "__HIVE_DEFAULT_PARTITION__";

// Keys and values, in the order of the folders.
std::vector<std::pair<std::string, std::string>> partition_of(
    const std::string& root, const std::string& path
);

// Where a folder's name and the file itself say a column's value, the folder's counts. What is to
// be told of such columns of the file that do not say the same; empty: there are none.
std::string hidden_columns(const FileReport& report, const std::string& root);

}  // namespace tradewind::crawl
