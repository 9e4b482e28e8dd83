// The tables that were crawled: who is told when they change, and whether their files are there.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "app/doctor.h"
#include "app/workspace.h"
#include "catalog/catalog.h"
#include "crawl/crawl.h"
#include "os/filesystem.h"

namespace tradewind::app {

crawl::CrawlerOptions crawler_options(const WorkspacePaths& paths);

// After each crawl that made new versions, `then` is called with those tables, on the same thread.
std::unique_ptr<crawl::Crawler> tell_of_changes(
    std::unique_ptr<crawl::Crawler> crawler,
    std::function<void(const std::set<catalog::TableName>& tables)> then
);

// For doctor: a warning for each whose files are not all there. Reads only, beside whoever has the
// workspace open.
std::vector<Finding> examine_crawled(os::Filesystem& files, const WorkspacePaths& paths);

}  // namespace tradewind::app
