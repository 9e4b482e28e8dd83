#include "app/database_crawl.h"

#include <utility>

#include "base/log.h"

namespace tradewind::app {

namespace {

class SurveyingCrawler : public crawl::Crawler {
public:
    SurveyingCrawler(
        std::unique_ptr<crawl::Crawler> crawler,
        extract::Extractor& extractor,
        engine::Engine& engine,
        std::string lake_root
    )
        : crawler_(std::move(crawler)),
          extractor_(extractor),
          engine_(engine),
          lake_root_(std::move(lake_root)) {}

    Result<crawl::CrawlReport> crawl(const crawl::CrawlRequest& request) override {
        crawl::CrawlReport report = TRY(crawler_->crawl(request));
        if (request.path != lake_root_ || extractor_.connections().empty()) return report;
        const auto problems = TRY(extractor_.survey([cancelled = request.cancelled] {
            return cancelled && cancelled->load();
        }));
        for (const Error& problem : problems) {
            log::warn("a database was not looked at", {{"reason", problem.describe()}});
        }
        TRY(publish());
        return report;
    }

    Result<void> publish_all() override {
        TRY(publish());
        return crawler_->publish_all();
    }
    Result<void> forget(const catalog::TableName& name) override { return crawler_->forget(name); }

private:
    Result<void> publish() {
        return engine_.replace_system_table("database_columns", TRY(extractor_.surveyed()));
    }

    const std::unique_ptr<crawl::Crawler> crawler_;
    extract::Extractor& extractor_;
    engine::Engine& engine_;
    const std::string lake_root_;
};

}  // namespace

std::unique_ptr<crawl::Crawler> survey_databases_too(
    std::unique_ptr<crawl::Crawler> crawler,
    extract::Extractor& extractor,
    engine::Engine& engine,
    const std::string& lake_root
) {
    return std::make_unique<SurveyingCrawler>(std::move(crawler), extractor, engine, lake_root);
}

}  // namespace tradewind::app
