#include "quality/result_board.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "quality/system_rows.h"

namespace tradewind::quality {

namespace {

std::vector<History::Line> lines_of(const Report& report) {
    std::vector<History::Line> lines;
    for (const CheckResult& result : report.results) {
        lines.push_back(
            {report.table,
             report.package,
             report.run,
             report.version,
             report.candidate,
             report.checked_at,
             result}
        );
    }
    return lines;
}

}  // namespace

Result<void> ResultBoard::open(History& history) {
    std::lock_guard lock(mutex_);
    const auto max = static_cast<std::int64_t>(results_max_);
    for (History::Line& line : TRY(history.lines(true, max)))
        newest_[line.table].push_back(std::move(line));
    for (History::Line& line : TRY(history.lines(false, max))) all_.push_back(std::move(line));
    return show();
}

void ResultBoard::add(const Report& report) {
    std::lock_guard lock(mutex_);
    Lines lines = lines_of(report);
    all_.insert(all_.begin(), lines.begin(), lines.end());
    if (all_.size() > results_max_) all_.resize(results_max_);
    newest_[report.table] = std::move(lines);
    const auto shown = show();
    if (!shown.ok())
        log::warn(
            "system.checks does not have the newest results", {{"error", shown.error().describe()}}
        );
}

Result<void> ResultBoard::show() const {
    Lines newest;
    for (const auto& [table, lines] : newest_)
        newest.insert(newest.end(), lines.begin(), lines.end());
    TRY(engine_.replace_system_table("checks", system_rows(newest)));
    return engine_.replace_system_table("check_results", system_rows({all_.begin(), all_.end()}));
}

}  // namespace tradewind::quality
