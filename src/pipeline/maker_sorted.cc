// Exports of tables that lie in the order asked for: they are written as they lie.
#include <algorithm>
#include <utility>

#include "base/sql_text.h"
#include "base/text.h"
#include "pipeline/maker.h"

namespace tradewind::pipeline {

namespace {

std::vector<std::string> sorted_columns(const lake::Version& version) {
    std::vector<std::string> columns;
    const json::Value* list = version.extra.find("sorted_by");
    for (std::size_t i = 0; list != nullptr && i < list->items().size(); ++i)
        columns.push_back(list->items()[i].text());
    return columns;
}

bool begins_with(const std::vector<std::string>& columns, const std::vector<std::string>& first) {
    if (first.size() > columns.size()) return false;
    return std::equal(
        first.begin(),
        first.end(),
        columns.begin(),
        [](const auto& a, const auto& b) { return equal_ignore_case(a, b); }
    );
}

}  // namespace

// Rows of the version in its order, file after file.
Result<void> AssetMaker::bind_in_order(
    const catalog::TableName& name, const lake::Version& version
) {
    std::vector<const lake::DataFile*> files;
    for (const lake::DataFile& file : version.files) files.push_back(&file);
    std::ranges::stable_sort(files, {}, [](const lake::DataFile* file) {
        return file->extra.integer_or("part", 0);
    });
    std::vector<std::string> paths;
    for (const lake::DataFile* file : files) paths.push_back(parts_.lake->absolute(file->path));
    return bind_input(name, std::move(paths));
}

// The statement whose rows are the export's. Where it only brings one table into the order in which
// its rows lie already, they need not be sorted.
Result<std::string> AssetMaker::export_statement() {
    std::string whole = "SELECT * FROM " + quote_table(result_name);
    if (asset_.recipe.present() || asset_.inputs.size() != 1) return whole;
    const catalog::TableName& input = asset_.inputs.front().name;
    const Asset* table = inputs_.asset(input);
    if (table == nullptr || !table->stored()) return whole;
    const PinnedTable* pinned = TRY(inputs_.table(input));
    if (!pinned->pin) return whole;
    const lake::Version& version = pinned->pin->version();
    const std::vector<std::string> sorted = sorted_columns(version);
    if (sorted.empty()) return whole;
    const auto read = TRY(work_->ordered_read(sql_));
    if (!read || !begins_with(sorted, read->order_by)) return whole;
    TRY(bind_in_order(input, version));
    std::string columns;
    for (const std::string& column : read->columns)
        columns += (columns.empty() ? "" : ", ") + quote_name(column);
    return "SELECT " + columns + " FROM " + quote_table(input);
}

}  // namespace tradewind::pipeline
