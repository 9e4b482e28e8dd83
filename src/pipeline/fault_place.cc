#include "pipeline/fault_place.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/sql_words.h"
#include "base/text.h"
#include "pipeline/asset_yaml.h"

namespace tradewind::pipeline {

namespace {

// The statement is what somebody wrote.
bool is_written(const Asset& asset) {
    return !asset.recipe.present() && !asset.generated();
}

SourceLocation place_in(const Asset& asset, std::size_t at) {
    const std::string_view before = std::string_view(asset.sql).substr(0, at);
    const auto line = static_cast<int>(std::ranges::count(before, '\n')) + 1;
    const std::size_t begin =
        before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return {asset.path, line, static_cast<int>(at - begin) + 1};
}

// The second time that the list of the outermost SELECT names the column; else the SELECT.
SourceLocation second_place(const Asset& asset, const std::string& column) {
    std::size_t found = 0;
    int count = 0;
    bool in_list = false;
    for (const SqlWord& word : sql_words(asset.sql)) {
        if (word.depth > 0) continue;
        if (in_list && names(word, "from")) break;
        if (!in_list && names(word, "select")) {
            in_list = true;
            found = word.at;
        } else if (in_list && count < 2 && names(word, column)) {
            found = word.at;
            ++count;
        }
    }
    return place_in(asset, found);
}

// Rows that the engine gave before it failed are of no use.
Result<void> run_through(engine::Work& work, const std::string& sql) {
    const auto result = TRY(work.query(sql));
    std::string rows;
    while (TRY(result->append_rows(engine::ResultFormat::Ndjson, rows)) > 0) rows.clear();
    return {};
}

bool tells_line(const Error& error) {
    return error.detail().find("LINE ") != std::string::npos;
}

}  // namespace

Result<void> check_distinct_columns(
    const Asset& asset, const std::vector<engine::ResultColumn>& columns
) {
    auto distinct = check_distinct(columns);
    if (distinct.ok() || !is_written(asset)) return distinct;
    std::set<std::string> seen;
    for (const engine::ResultColumn& column : columns) {
        if (seen.insert(to_lower_ascii(column.name)).second) continue;
        return std::move(distinct).error().at(second_place(asset, column.name));
    }
    return distinct;
}

Error placed_failure(Error failure, const Asset& asset, engine::Work& work) {
    // What is streamed to a file fails without a line.
    const bool is_export = asset.materialize == Materialize::Export;
    if (failure.where() || (!tells_line(failure) && !is_export)) return failure;
    if (is_written(asset) && failure.code() == ErrorCode::InvalidArgument) {
        auto again = run_through(work, asset.sql);
        const bool same = !again.ok() && again.error().code() == failure.code();
        if (same && tells_line(again.error()))
            return placed_in_asset(std::move(again).error(), asset);
    }
    if (!tells_line(failure)) return failure;
    Error told(failure.code(), failure.message());
    const std::string& detail = failure.detail();
    return std::move(std::move(told).with_detail(
                         std::string(trim(std::string_view(detail).substr(0, detail.find("LINE "))))
                     ))
        .with_hint(failure.hint())
        .at({asset.path, 0, 0});
}

}  // namespace tradewind::pipeline
