#include "crawl/crawl_run.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "crawl/names.h"

namespace tradewind::crawl {

namespace {

constexpr std::size_t findings_held_max = 1000;

std::string run_id(Timestamp at) {
    return "crawl-" + std::to_string(at.micros);
}

}  // namespace

namespace {

// The engine's own words for that are long, and name no way out.
std::optional<Error> missing_file(
    os::Filesystem& files, const catalog::TableFiles& table, const std::string& root
) {
    for (const std::string& path : table.files) {
        const auto info = files.info(path);
        if (info.ok()) continue;
        if (info.error().code() != ErrorCode::NotFound) return info.error();
        return Error(ErrorCode::NotFound, "its file '" + path + "' is not there any more")
            .with_hint("Put it back, or tell of it with: tradewind crawl " + root);
    }
    return std::nullopt;
}

Result<void> publish(
    catalog::Catalog& catalog,
    engine::Engine& engine,
    os::Filesystem& files,
    const catalog::CrawledTable& table
) {
    const bool nested = std::ranges::any_of(table.columns, [](const catalog::Column& column) {
        return column.type.find('<') != std::string::npos;
    });
    if (nested && table.file_count > published_files_max) {
        return Error(
                   ErrorCode::ResourceExhausted,
                   "it has " + format_count(static_cast<std::int64_t>(table.file_count)) +
                       " files, more than the " +
                       format_count(static_cast<std::int64_t>(published_files_max)) +
                       " that SQL reads as one table with nested columns"
        )
            .with_hint("Put many small files together, or crawl parts of the folder by name.");
    }
    const catalog::TableFiles all = TRY(catalog.files(table.name));
    const auto published = engine.publish_table(all);
    if (published.ok()) return {};
    return missing_file(files, all, table.root).value_or(published.error());
}

}  // namespace

Result<void> publish_crawled(
    catalog::Catalog& catalog,
    engine::Engine& engine,
    os::Filesystem& files,
    const catalog::CrawledTable& table
) {
    auto published = publish(catalog, engine, files, table);
    catalog.note_readable(table.name, published.ok() ? "" : published.error().describe());
    return published;
}

CrawlRun::CrawlRun(
    const CrawlerOptions& crawler_options,
    const CrawlRequest& crawl_request,
    catalog::Catalog& its_catalog,
    engine::Engine& its_engine,
    lake::Lake& its_lake,
    os::Filesystem& its_files,
    os::Clock& its_clock
)
    : options(crawler_options),
      request(crawl_request),
      catalog(its_catalog),
      engine(its_engine),
      lake(its_lake),
      files(its_files),
      clock(its_clock),
      id(run_id(its_clock.now())),
      started_at(its_clock.now()) {
    report.run = id;
    report.path = crawl_request.path;
}

engine::FileOptions CrawlRun::file_options() const {
    engine::FileOptions file;
    file.extension_folder = options.extension_folder;
    file.temp_folder = options.temp_folder;
    return file;
}

Result<void> CrawlRun::load_names(const std::vector<catalog::TableInfo>& tables) {
    for (const std::string& text : engine.table_names()) {
        const auto name = catalog::parse_table_name(text);
        if (name.ok()) names_.insert(*name);
    }
    for (const catalog::TableInfo& table : tables) names_.insert(table.declared.name);
    return {};
}

catalog::TableName CrawlRun::take_name(const std::vector<std::string>& wishes) {
    for (const std::string& wish : wishes) {
        catalog::TableName name{"raw", wish};
        if (!wish.empty() && names_.insert(name).second) return name;
    }
    std::string base = "table";
    for (const std::string& wish : wishes) {
        if (!wish.empty()) base = wish;
    }
    for (int i = 2;; ++i) {
        catalog::TableName name{"raw", base + "_" + std::to_string(i)};
        if (names_.insert(name).second) return name;
    }
}

std::vector<std::string> CrawlRun::parts_in_lake(const std::string& path) const {
    const std::string root = options.lake_root + "/";
    if (!path.starts_with(root)) return {};
    return split(std::string_view(path).substr(root.size()), '/');
}

std::vector<std::string> CrawlRun::folder_wishes(const std::string& root) const {
    const std::vector<std::string> parts = parts_in_lake(root);
    if (parts.size() > 1) {
        std::string name;
        for (std::size_t i = 1; i < parts.size(); ++i) {
            if (!is_dated_folder(parts[i])) name += (name.empty() ? "" : "_") + parts[i];
        }
        return {snake_case(name)};
    }
    const std::string name = os::base_name(root);
    const std::string above = os::base_name(os::parent_folder(root));
    return {snake_case(name), snake_case(above + "_" + name)};
}

std::string CrawlRun::layer_of(const std::string& root) const {
    const std::vector<std::string> parts = parts_in_lake(root);
    if (!parts.empty() && (parts[0] == "clean" || parts[0] == "mart")) return parts[0];
    return "raw";
}

Result<void> CrawlRun::find(catalog::CrawlFinding finding) {
    finding.run = id;
    finding.at = started_at;
    // The few that say what a person should look at; the rest is in the report and the catalog. A
    // command tells them itself, and shows warnings of the log besides.
    constexpr std::size_t logged_max = 20;
    if (report.finding_count < logged_max) {
        log::info("crawl: " + finding.kind, {{"path", finding.path}, {"message", finding.message}});
    }
    if (report.finding_count++ < findings_shown) report.findings.push_back(finding);
    findings_.push_back(std::move(finding));
    if (findings_.size() < findings_held_max) return {};
    return flush_findings();
}

Result<void> CrawlRun::flush_findings() {
    TRY(catalog.clear_findings(settled_));
    settled_.clear();
    TRY(catalog.record_findings(findings_));
    findings_.clear();
    return {};
}

}  // namespace tradewind::crawl
