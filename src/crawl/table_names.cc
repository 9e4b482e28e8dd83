// Which of a table's columns a file's columns are, and whether the file is one of the table's.
#include <algorithm>
#include <set>
#include <utility>

#include "crawl/names.h"
#include "crawl/table_build.h"

namespace tradewind::crawl {

namespace {

using catalog::Format;

// Two sets of columns are one table's when most of the smaller are in both, and the larger has not
// many more: products and aisles share aisle_id and are two tables.
constexpr double common_of_smaller_min = 0.7;
constexpr double common_of_larger_min = 0.5;
bool same_family(Format a, Format b) {
    return a == b || (is_json(a) && is_json(b));
}

// But for underscores; names are in lower case already.
bool alike(std::string a, std::string b) {
    std::erase(a, '_');
    std::erase(b, '_');
    return a == b;
}

}  // namespace

const BuildColumn* TableBuild::meant_by(const FileReport& report, const FileColumn& column) const {
    if (const BuildColumn* same = find(column.name)) return same;
    for (const BuildColumn& known : columns_) {
        if (known.hive || !alike(known.name, column.name)) continue;
        const bool there = std::ranges::find(report.columns, known.name, &FileColumn::name) !=
                           report.columns.end();
        return there ? nullptr : &known;
    }
    return nullptr;
}

// The column that files seen so far call just that.
const BuildColumn* TableBuild::known_as(const std::string& source) const {
    for (const BuildColumn& column : columns_) {
        if (!column.hive && column.source_name() == source) return &column;
    }
    for (const catalog::CrawledShape& shape : shapes_) {
        const auto at = std::ranges::find(shape.sources, source);
        if (at == shape.sources.end()) continue;
        return find(shape.columns[static_cast<std::size_t>(at - shape.sources.begin())]);
    }
    return nullptr;
}

// What is spelled as before keeps its column. What is spelled in another way is the column of that
// name, unless the file has one of that name besides.
std::vector<std::string> TableBuild::names_by_source(const FileReport& report) const {
    std::vector<std::string> names(report.columns.size());
    std::set<std::string> taken;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const BuildColumn* known = known_as(report.columns[i].source);
        if (known != nullptr && taken.insert(known->name).second) names[i] = known->name;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names[i].empty()) continue;
        const std::string meant = snake_case(report.columns[i].source);
        if (!meant.empty() && taken.insert(meant).second) {
            names[i] = meant;
            continue;
        }
        const std::string base = meant.empty() ? "column" : meant;
        std::size_t number = meant.empty() ? i + 1 : 2;
        do {
            names[i] = base + "_" + std::to_string(number++);
        } while (taken.contains(names[i]) || find(names[i]) != nullptr);
        taken.insert(names[i]);
    }
    return names;
}

std::vector<std::string> TableBuild::names_of(const FileReport& report) const {
    const Format format = report.scan.format;
    if (is_json(format) || format == Format::Parquet) return names_by_source(report);
    std::vector<std::string> names;
    for (const FileColumn& column : report.columns) {
        const BuildColumn* known = meant_by(report, column);
        names.push_back(known != nullptr ? known->name : column.name);
    }
    return names;
}

void TableBuild::rename_columns(FileReport& report) const {
    const std::vector<std::string> names = names_of(report);
    for (std::size_t i = 0; i < names.size(); ++i) report.columns[i].name = names[i];
}

bool TableBuild::fits(const FileReport& report) const {
    if (columns_.empty()) return true;
    if (!same_family(format_, report.scan.format)) return false;
    const auto own =
        static_cast<std::size_t>(std::ranges::count(columns_, false, &BuildColumn::hive));
    if (format_ == Format::Csv && header_ != report.scan.header) return false;
    if (format_ == Format::Csv && !header_) return own == report.columns.size();
    std::size_t common = 0;
    for (const std::string& name : names_of(report)) {
        const BuildColumn* known = find(name);
        if (known != nullptr && !known->hive) ++common;
    }
    const auto smaller = static_cast<double>(std::min(own, report.columns.size()));
    const auto larger = static_cast<double>(std::max(own, report.columns.size()));
    const auto both = static_cast<double>(common);
    return both >= common_of_smaller_min * smaller && both >= common_of_larger_min * larger;
}

}  // namespace tradewind::crawl
