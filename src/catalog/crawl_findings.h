// What crawls had to say of single files, in meta.sqlite.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "os/database.h"

namespace tradewind::catalog {

// All methods: any thread.
class CrawlFindings {
public:
    static Result<CrawlFindings> open(os::Database& database);

    Result<void> record(const std::vector<CrawlFinding>& findings);
    Result<void> clear(const std::vector<std::string>& paths);
    Result<std::vector<CrawlFinding>> below(const std::string& root, std::size_t count_max);

private:
    explicit CrawlFindings(os::Database& database) : database_(&database) {}

    os::Database* database_;
};

}  // namespace tradewind::catalog
