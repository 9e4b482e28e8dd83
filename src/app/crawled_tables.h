// The tables that were crawled: who is told when they change, and whether their files are there.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "app/doctor.h"
#include "app/source_states.h"
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

// Before a run reads raw.<source>, which may be a crawled table: where its files have changed, its
// folder is crawled again. What came of it, and what could not be done, is told in the log; the run
// sees the table as it is then. Streams are flushed besides.
std::function<Result<void>(const std::string& source)> flush_after_a_look(
    crawl::Crawler& crawler, catalog::Catalog& catalog, SourceStates& sources
);

// For doctor: a warning for each whose files are not all as they were crawled. Reads only, beside
// whoever has the workspace open.
std::vector<Finding> examine_crawled(os::Filesystem& files, const WorkspacePaths& paths);

}  // namespace tradewind::app
