#include "draft/find.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "draft/words.h"

namespace tradewind::draft {

namespace {

constexpr std::size_t files_per_page = 10'000;
constexpr std::size_t remarks_max = 50;

Result<std::vector<std::string>> files_of(
    catalog::Catalog& catalog, const catalog::TableName& name
) {
    std::vector<std::string> paths;
    while (true) {
        const std::string after = paths.empty() ? "" : paths.back();
        const auto page = TRY(catalog.crawled_files(name, after, files_per_page));
        for (const catalog::CrawledFile& file : page) paths.push_back(file.path);
        if (page.size() < files_per_page) return paths;
    }
}

void add_null_text(FoundTable& table, const std::string& text) {
    if (text.empty() || std::ranges::find(table.null_texts, text) != table.null_texts.end()) return;
    table.null_texts.push_back(text);
}

Result<FoundTable> describe(catalog::Catalog& catalog, const catalog::TableName& name) {
    const auto crawled = TRY(catalog.crawled(name));
    if (!crawled) return Error(ErrorCode::NotFound, "there is no table " + name.text());
    const catalog::CrawledTable& known = *crawled;
    FoundTable table;
    table.name = name.table;
    table.root = known.root;
    table.files = TRY(files_of(catalog, name));
    std::map<std::string, const catalog::CrawledColumnStatistics*> statistics;
    for (const auto& one : known.statistics) statistics[one.column] = &one;
    std::map<std::string, std::string> folder_keys;  // by column
    for (const catalog::CrawledShape& shape : known.shapes) {
        table.format = shape.scan.format;
        add_null_text(table, shape.scan.null_text);
        for (const std::string& text : shape.scan.other_null_texts) add_null_text(table, text);
        for (const catalog::Column& column : shape.scan.hive_columns)
            folder_keys[column.name] = column.source.empty() ? column.name : column.source;
    }
    // A sheet that the engine cannot read as it is was written out, and is one still.
    const auto is_sheet = [](const std::string& path) {
        return to_lower_ascii(path).ends_with(".xlsx");
    };
    if (std::ranges::any_of(table.files, is_sheet)) table.format = catalog::Format::Xlsx;
    for (const catalog::Column& column : known.columns) {
        if (const auto key = folder_keys.find(column.name); key != folder_keys.end()) {
            table.folder_keys.push_back({plain_name(column.name), key->second, column.type});
            continue;
        }
        FoundColumn found{
            column.source.empty() ? column.name : column.source, column.type, column.format, "", ""
        };
        if (const auto one = statistics.find(column.name); one != statistics.end()) {
            found.min = one->second->min;
            found.max = one->second->max;
        }
        table.columns.push_back(std::move(found));
    }
    return table;
}

std::string below(const std::string& folder, const std::string& path) {
    return path.starts_with(folder + "/") ? path.substr(folder.size() + 1) : path;
}

}  // namespace

Result<Found> find_tables(Scratch& scratch) {
    crawl::CrawlRequest request;
    request.path = scratch.request().folder;
    request.cancelled = scratch.request().cancelled;
    const crawl::CrawlReport report = TRY(scratch.crawler().crawl(request));
    Found found;
    for (const crawl::CrawledTableReport& table : report.tables)
        found.tables.push_back(TRY(describe(scratch.catalog(), table.name)));
    std::ranges::sort(found.tables, {}, &FoundTable::name);
    for (const catalog::CrawlFinding& finding : report.findings) {
        if (found.remarks.size() == remarks_max) break;
        found.remarks.push_back(
            printable(below(request.path, finding.path)) + ": " + printable(finding.message)
        );
    }
    if (report.finding_count > found.remarks.size()) {
        found.remarks.push_back(
            format_count(static_cast<std::int64_t>(report.finding_count - found.remarks.size())) +
            " more files have findings; `tradewind crawl " + printable(request.path) +
            "` lists them"
        );
    }
    return found;
}

}  // namespace tradewind::draft
