#include "draft/scratch.h"

namespace tradewind::draft {

Result<void> Scratch::open() {
    TRY(files_.create_folders(path("rows")));
    TRY(files_.create_folders(path("open")));
    lake::LakeOptions lake;
    lake.root = path("lake");
    lake.quarantine_folder = path("quarantine");
    lake_ = TRY(lake::open_lake(lake, files_, clock_));
    database_ = TRY(os::Database::open(path("meta.sqlite")));
    catalog_ = TRY(catalog::open_catalog(*lake_, *database_));
    engine::EngineOptions engine;
    engine.memory_bytes_max = request_.memory_bytes_max;
    engine.user_memory_bytes_max = request_.memory_bytes_max / 4;
    engine.temp_folder = path("spill");
    engine.threads = request_.threads;
    engine.readable_folders = {lake.root, path("rows")};
    engine.extension_folder = request_.extension_folder;
    engine_ = TRY(engine::open_engine(engine, metrics_));
    crawl::CrawlerOptions crawler;
    crawler.lake_root = lake.root;
    crawler.extension_folder = request_.extension_folder;
    crawler.temp_folder = path("open");
    crawler.threads = request_.threads;
    crawler_ = crawl::make_crawler(std::move(crawler), *catalog_, *engine_, *lake_, files_, clock_);
    return {};
}

engine::FileOptions Scratch::file_options() const {
    engine::FileOptions options;
    options.extension_folder = request_.extension_folder;
    options.temp_folder = path("open");
    return options;
}

}  // namespace tradewind::draft
