// One crawl: what its parts share while it runs.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crawl/crawl.h"

namespace tradewind::crawl {

// A table of more files than this takes SQL too much memory to plan where it has nested columns,
// for then it is not read part by part: its crawl is recorded, and the report says so.
constexpr std::size_t published_files_max = 300'000;

// Makes the newest version of a crawled table the one that SQL reads. When that fails the catalog
// knows why.
Result<void> publish_crawled(
    catalog::Catalog& catalog,
    engine::Engine& engine,
    os::Filesystem& files,
    const catalog::CrawledTable& table
);

class CrawlRun {
public:
    CrawlRun(
        const CrawlerOptions& options,
        const CrawlRequest& request,
        catalog::Catalog& catalog,
        engine::Engine& engine,
        lake::Lake& lake,
        os::Filesystem& files,
        os::Clock& clock
    );

    const CrawlerOptions& options;
    const CrawlRequest& request;
    catalog::Catalog& catalog;
    engine::Engine& engine;
    lake::Lake& lake;
    os::Filesystem& files;
    os::Clock& clock;
    const std::string id;
    const Timestamp started_at;
    CrawlReport report;

    bool cancelled() const { return request.cancelled && *request.cancelled; }
    const std::atomic<bool>* cancel_flag() const { return request.cancelled.get(); }
    engine::FileOptions file_options() const;

    // Names that tables have, so that new ones get others.
    Result<void> load_names(const std::vector<catalog::TableInfo>& tables);
    // The first of these that is free, else with a number behind it; it is taken from then on.
    catalog::TableName take_name(const std::vector<std::string>& wishes);
    // What to call a table of that folder, best first; each in snake_case.
    std::vector<std::string> folder_wishes(const std::string& root) const;
    // Its layer in the lake; "raw" elsewhere.
    std::string layer_of(const std::string& root) const;

    // Kept for the report and for the catalog, where they are written in bulk.
    Result<void> find(catalog::CrawlFinding finding);
    // What was found of that file before does not count any more; what is found from now on does.
    void settle(std::string path) { settled_.push_back(std::move(path)); }
    Result<void> flush_findings();

private:
    // The parts of the path below the lake's root; empty: it is not in the lake.
    std::vector<std::string> parts_in_lake(const std::string& path) const;

    std::set<catalog::TableName> names_;
    std::vector<catalog::CrawlFinding> findings_;
    std::vector<std::string> settled_;
};

}  // namespace tradewind::crawl
