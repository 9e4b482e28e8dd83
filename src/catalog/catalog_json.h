// The catalog's values as JSON, as they stand in lake versions and in the crawler's records.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace tradewind::catalog {

json::Value to_json(const std::vector<Column>& columns);
std::vector<Column> columns_from(const json::Value* value);

json::Value to_json(const FileScan& scan);
FileScan scan_from(const json::Value& value);

json::Value to_json(const std::vector<CrawledShape>& shapes);
std::vector<CrawledShape> shapes_from(const json::Value& value);

json::Value to_json(const std::vector<CrawledColumnStatistics>& statistics);
std::vector<CrawledColumnStatistics> statistics_from(const json::Value& value);

json::Value to_json(const std::map<std::string, std::string>& partition);
std::map<std::string, std::string> partition_from(const json::Value& value);

}  // namespace tradewind::catalog
