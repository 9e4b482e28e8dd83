// A crawl of the whole lake looks at the databases of others too.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "crawl/crawl.h"
#include "engine/engine.h"
#include "extract/extract.h"

namespace tradewind::app {

// Fills system.database_columns, at once and after each crawl of `lake_root`. A database that
// cannot be looked at is logged and keeps what was known of it; the crawl is none the worse. What
// is given outlives it.
std::unique_ptr<crawl::Crawler> survey_databases_too(
    std::unique_ptr<crawl::Crawler> crawler,
    extract::Extractor& extractor,
    engine::Engine& engine,
    const std::string& lake_root
);

}  // namespace tradewind::app
