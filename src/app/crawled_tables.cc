#include "app/crawled_tables.h"

#include <utility>

#include "base/text.h"
#include "os/database.h"
#include "os/process.h"

namespace tradewind::app {

namespace {

class TellingCrawler : public crawl::Crawler {
public:
    TellingCrawler(
        std::unique_ptr<crawl::Crawler> crawler,
        std::function<void(const std::set<catalog::TableName>& tables)> then
    )
        : crawler_(std::move(crawler)), then_(std::move(then)) {}

    Result<crawl::CrawlReport> crawl(const crawl::CrawlRequest& request) override {
        crawl::CrawlReport report = TRY(crawler_->crawl(request));
        std::set<catalog::TableName> changed;
        for (const crawl::CrawledTableReport& table : report.tables) {
            if (table.change != "unchanged") changed.insert(table.name);
        }
        if (!changed.empty()) then_(changed);
        return report;
    }
    Result<void> publish_all() override { return crawler_->publish_all(); }
    Result<void> forget(const catalog::TableName& name) override { return crawler_->forget(name); }

private:
    const std::unique_ptr<crawl::Crawler> crawler_;
    const std::function<void(const std::set<catalog::TableName>& tables)> then_;
};

Finding tell_missing(const catalog::CrawledTable& table, const std::vector<std::string>& missing) {
    const auto count = static_cast<std::int64_t>(missing.size());
    const auto all = static_cast<std::int64_t>(table.file_count);
    return {
        "crawled tables",
        Health::Warning,
        table.name.text() + " cannot be read: " + format_count(count) + " of its " +
            format_count(all) + (count == 1 ? " files is" : " files are") +
            " not there any more, such as " + missing.front(),
        "Put it back, or tell of it with: tradewind crawl " + table.root
    };
}

Result<std::vector<Finding>> look_at_crawled(
    os::Filesystem& files, const std::string& database_path
) {
    std::vector<Finding> findings;
    const auto database = TRY(os::Database::open(database_path));
    const auto tables = TRY(catalog::read_crawled_tables(*database));
    for (const catalog::CrawledTable& table : tables) {
        const auto missing = TRY(catalog::missing_crawled_files(*database, files, table.name));
        if (!missing.empty()) findings.push_back(tell_missing(table, missing));
    }
    if (!findings.empty() || tables.empty()) return findings;
    const auto count = static_cast<std::int64_t>(tables.size());
    findings.push_back(
        {"crawled tables",
         Health::Ok,
         format_count(count) +
             (count == 1 ? " table has all its files" : " tables have all their files"),
         ""}
    );
    return findings;
}

}  // namespace

crawl::CrawlerOptions crawler_options(const WorkspacePaths& paths) {
    crawl::CrawlerOptions options;
    options.lake_root = paths.lake;
    options.extension_folder = os::executable_folder();
    options.temp_folder = os::join(paths.temp, "crawl");
    return options;
}

std::unique_ptr<crawl::Crawler> tell_of_changes(
    std::unique_ptr<crawl::Crawler> crawler,
    std::function<void(const std::set<catalog::TableName>& tables)> then
) {
    return std::make_unique<TellingCrawler>(std::move(crawler), std::move(then));
}

std::vector<Finding> examine_crawled(os::Filesystem& files, const WorkspacePaths& paths) {
    if (!files.exists(paths.meta)) return {};
    auto findings = look_at_crawled(files, paths.meta);
    if (!findings.ok()) return {failed("crawled tables", findings.error())};
    return std::move(findings).take();
}

}  // namespace tradewind::app
