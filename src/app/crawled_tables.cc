#include "app/crawled_tables.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "app/full_disk.h"
#include "base/log.h"
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

// What to say of files that are not as they were crawled, by the worst of them.
struct Others {
    const char* one = " has changed since";
    const char* several = " have changed since";
    std::string such_as;
    std::string hint;
};

Others describe_others(
    os::Filesystem& files, const std::string& root, const std::vector<std::string>& others
) {
    Others told;
    told.such_as = ", such as " + others.front();
    told.hint = "Have it looked at anew with: tradewind crawl " + root;
    for (const std::string& path : others) {
        const auto info = files.info(path);
        if (info.ok()) continue;
        if (info.error().code() == ErrorCode::NotFound) {
            return {
                " is not there any more",
                " are gone, or have changed since",
                ", such as " + path,
                "Put it back, or tell of it with: tradewind crawl " + root
            };
        }
        told.one = " is out of reach";
        told.several = " are out of reach, or have changed since";
        told.such_as = ": " + info.error().message();
        told.hint = info.error().hint();
    }
    return told;
}

Finding tell_others(
    os::Filesystem& files,
    const catalog::CrawledTable& table,
    const std::vector<std::string>& others
) {
    const Others told = describe_others(files, table.root, others);
    return {
        "crawled tables",
        Health::Warning,
        table.name.text() +
            " cannot be read: " + format_count(static_cast<std::int64_t>(others.size())) +
            " of its " + format_count(static_cast<std::int64_t>(table.file_count)) + " files" +
            (others.size() == 1 ? told.one : told.several) + told.such_as,
        told.hint
    };
}

Result<std::vector<Finding>> look_at_crawled(
    os::Filesystem& files, const std::string& database_path
) {
    std::vector<Finding> findings;
    const auto database = TRY(open_to_look(files, database_path));
    const auto tables = TRY(catalog::read_crawled_tables(*database));
    for (const catalog::CrawledTable& table : tables) {
        const auto others = TRY(catalog::missing_crawled_files(*database, files, table.name));
        if (!others.empty()) findings.push_back(tell_others(files, table, others));
    }
    if (!findings.empty() || tables.empty()) return findings;
    const auto count = static_cast<std::int64_t>(tables.size());
    findings.push_back(
        {"crawled tables",
         Health::Ok,
         format_count(count) + (count == 1 ? " table has all its files as they were crawled"
                                           : " tables have all their files as they were crawled"),
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

namespace {

bool told_or(const json::Value* told, const char* name, bool otherwise) {
    const json::Value* value = told == nullptr ? nullptr : told->find(name);
    return value == nullptr ? otherwise : value->as_boolean();
}

// With which the table was crawled (see crawl/folder_crawl.cc); as usual where that is not told.
crawl::SchemaPolicy policy_of(const catalog::CrawledTable& table) {
    const json::Value* told = table.extra.find("policy");
    crawl::SchemaPolicy policy;
    policy.add_columns = told_or(told, "add_columns", policy.add_columns);
    policy.widen_types = told_or(told, "widen_types", policy.widen_types);
    policy.conflicts_only_logged =
        told_or(told, "conflicts_only_logged", policy.conflicts_only_logged);
    return policy;
}

// One crawl at a time: another one is waited for.
Result<crawl::CrawlReport> crawl_again(
    crawl::Crawler& crawler, const catalog::CrawledTable& table
) {
    constexpr int tries_max = 600;
    constexpr std::chrono::milliseconds pause{100};
    crawl::CrawlRequest request;
    request.path = table.root;
    request.policy = policy_of(table);
    for (int i = 1;; ++i) {
        auto report = crawler.crawl(request);
        const bool busy = !report.ok() && report.error().code() == ErrorCode::Conflict;
        if (!busy || i == tries_max) return report;
        std::this_thread::sleep_for(pause);
    }
}

void look_at_changed(
    crawl::Crawler& crawler, catalog::Catalog& catalog, const catalog::TableName& name
) {
    const auto known = catalog.crawled(name);
    if (!known.ok() || !*known) return;
    // One that is gone is for a person to tell of.
    const auto same = catalog.files(name);
    if (same.ok() || same.error().code() != ErrorCode::Conflict) return;
    const auto report = crawl_again(crawler, **known);
    if (!report.ok()) {
        log::warn(
            "files of a table have changed, and cannot be crawled",
            {{"table", name.text()}, {"reason", report.error().describe()}}
        );
        return;
    }
    const bool found = report->finding_count > 0;
    log::warn(
        "files of a table had changed: they were crawled again",
        {{"table", name.text()},
         {"path", report->path},
         {"findings", report->finding_count},
         {"first", found ? report->findings.front().message : std::string("none")}}
    );
}

}  // namespace

std::function<Result<void>(const std::string& source)> flush_after_a_look(
    crawl::Crawler& crawler, catalog::Catalog& catalog, SourceStates& sources
) {
    return [&](const std::string& source) {
        look_at_changed(crawler, catalog, {"raw", source});
        return sources.flush(source);
    };
}

std::vector<Finding> examine_crawled(os::Filesystem& files, const WorkspacePaths& paths) {
    if (!files.exists(paths.meta)) return {};
    auto findings = look_at_crawled(files, paths.meta);
    if (!findings.ok()) return {failed("crawled tables", findings.error())};
    return std::move(findings).take();
}

}  // namespace tradewind::app
