// A small platform of its own for the time of a draft: a lake, a catalog, an engine and a crawler
// in a folder that goes afterwards.
#pragma once

#include <memory>

#include "base/metrics.h"
#include "catalog/catalog.h"
#include "crawl/crawl.h"
#include "draft/draft.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "os/database.h"

namespace tradewind::draft {

class Scratch {
public:
    Scratch(const DraftRequest& request, os::Filesystem& files, os::Clock& clock)
        : request_(request), files_(files), clock_(clock) {}

    Result<void> open();
    catalog::Catalog& catalog() { return *catalog_; }
    engine::Engine& engine() { return *engine_; }
    crawl::Crawler& crawler() { return *crawler_; }
    os::Clock& clock() { return clock_; }
    os::Filesystem& files() { return files_; }
    const DraftRequest& request() const { return request_; }
    // Where a file of that name may be written.
    std::string path(const std::string& name) const { return os::join(request_.scratch, name); }
    engine::FileOptions file_options() const;
    bool cancelled() const { return request_.cancelled && *request_.cancelled; }

private:
    const DraftRequest& request_;
    os::Filesystem& files_;
    os::Clock& clock_;
    MetricsRegistry metrics_;
    std::unique_ptr<lake::Lake> lake_;
    std::unique_ptr<os::Database> database_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<crawl::Crawler> crawler_;
};

}  // namespace tradewind::draft
