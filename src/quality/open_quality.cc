#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "quality/audit_html.h"
#include "quality/history.h"
#include "quality/kinds.h"
#include "quality/profile_run.h"
#include "quality/quarantine.h"
#include "quality/result_board.h"
#include "quality/run.h"
#include "quality/sql_text.h"
#include "quality/tables.h"

namespace tradewind::quality {

namespace {

constexpr std::size_t trail_points = 40;

class OpenQuality : public Quality {
public:
    OpenQuality(QualityOptions options, QualityParts parts, History history)
        : options_(options),
          parts_(parts),
          history_(std::move(history)),
          quarantine_(*parts.engine, *parts.lake, options.quarantine_files_kept),
          board_(*parts.engine, options.system_results_max),
          runs_total_(parts.metrics->counter(
              "tradewind_check_runs_total", "Runs of the checks of one table."
          )),
          failures_total_(parts.metrics->counter(
              "tradewind_check_failures_total", "Checks that failed or could not be answered."
          )) {}

    Result<void> open() {
        TRY(quarantine_.publish_all());
        return board_.open(history_);
    }

    Result<void> declare(std::vector<TableChecks> tables) override;
    std::vector<TableChecks> declared() override {
        std::lock_guard lock(mutex_);
        return declared_;
    }
    Result<Report> run_checks(
        engine::Work& work,
        const catalog::TableName& rows,
        const TableChecks& checks,
        const RunContext& context
    ) override;
    Result<std::vector<Report>> check(
        const Selection& selection, std::shared_ptr<const std::atomic<bool>> cancelled
    ) override;
    Result<std::vector<Report>> results(const Selection& selection) override;
    Result<std::string> audit_html(const Selection& selection) override;
    Result<Profile> profile(
        const catalog::TableName& table, std::shared_ptr<const std::atomic<bool>> cancelled
    ) override;

private:
    Result<std::vector<TableChecks>> select(const Selection& selection);
    Result<std::unique_ptr<engine::Work>> open_work(
        std::shared_ptr<const std::atomic<bool>> cancelled
    ) {
        engine::WorkOptions options;
        options.timeout_us = options_.timeout_us;
        options.cancelled = std::move(cancelled);
        return parts_.engine->open_work(options);
    }
    Result<Report> check_published(
        const TableChecks& checks, const std::shared_ptr<const std::atomic<bool>>& cancelled
    );
    Result<void> keep(engine::Work& work, const std::vector<KeptRows>& kept, Report& report);
    std::string new_run() {
        return "check-" + std::to_string(parts_.clock->now().micros) + "-" +
               std::to_string(++runs_made_);
    }

    const QualityOptions options_;
    const QualityParts parts_;
    History history_;
    Quarantine quarantine_;
    ResultBoard board_;
    Counter& runs_total_;
    Counter& failures_total_;
    std::atomic<std::int64_t> runs_made_{0};
    std::mutex mutex_;
    std::vector<TableChecks> declared_;
};

Result<void> OpenQuality::declare(std::vector<TableChecks> tables) {
    std::vector<TableChecks> merged;
    for (TableChecks& table : tables) {
        resolve(table);
        const auto same = std::find_if(merged.begin(), merged.end(), [&](const TableChecks& other) {
            return other.table == table.table;
        });
        if (same == merged.end()) {
            merged.push_back(std::move(table));
            continue;
        }
        append_checks(*same, std::move(table));
    }
    for (const TableChecks& table : merged) {
        if (table.checks.size() <= options_.checks_per_table_max) continue;
        return Error(ErrorCode::InvalidArgument, "too many checks for " + table.table.text())
            .at(table.at);
    }
    std::lock_guard lock(mutex_);
    declared_ = std::move(merged);
    return {};
}

Result<std::vector<TableChecks>> OpenQuality::select(const Selection& selection) {
    std::vector<TableChecks> chosen;
    for (TableChecks& table : declared()) {
        const bool by_table = !selection.table || table.table == *selection.table;
        const bool by_package = selection.package.empty() || table.package == selection.package;
        if (by_table && by_package) chosen.push_back(std::move(table));
    }
    if (!chosen.empty() || (!selection.table && selection.package.empty())) return chosen;
    // That there is no such table says more than that it has no checks.
    if (selection.table) TRY(parts_.catalog->show(*selection.table));
    const std::string wanted =
        selection.table ? selection.table->text() : "package " + selection.package;
    return Error(ErrorCode::NotFound, "no checks are declared for " + wanted)
        .with_hint(
            "Declare them in the package's checks/*.yml, or as checks: in the asset's header."
        );
}

// What fails to be kept is told in the log: the outcome of the checks is what was asked for.
Result<void> OpenQuality::keep(
    engine::Work& work, const std::vector<KeptRows>& kept, Report& report
) {
    if (kept.empty()) return {};
    auto table = quarantine_.add(work, kept, report);
    if (table.ok()) {
        report.quarantine = *table;
        return {};
    }
    if (table.error().code() == ErrorCode::Cancelled) return std::move(table).error();
    for (CheckResult& result : report.results) result.quarantined = 0;
    log::error(
        "failing rows could not be kept",
        {{"table", report.table.text()}, {"error", table.error().describe()}}
    );
    return {};
}

Result<Report> OpenQuality::run_checks(
    engine::Work& work,
    const catalog::TableName& rows,
    const TableChecks& declared,
    const RunContext& context
) {
    TableChecks checks = declared;
    resolve(checks);
    work.prefer_schema(checks.table.schema);
    Tables tables(*parts_.engine, *parts_.catalog, work, [&] {
        auto present = context.present;
        present.insert(rows);
        present.insert(checks.table);
        return present;
    }());
    if (rows != checks.table)
        TRY(work.add_view(checks.table, "SELECT * FROM " + quote_table(rows)));
    TRY(tables.add_others(checks));
    for (Check& check : checks.checks)
        check.untrained = !check.model.empty() && tables.lacks(*check.to);
    Subject subject;
    subject.rows = rows;
    subject.now = parts_.clock->now();
    for (const auto& column : TRY(work.columns("SELECT * FROM " + quote_table(rows))))
        subject.columns.push_back({column.name, column.type, ""});
    Report report;
    report.table = checks.table;
    report.package = checks.package;
    report.run = context.run.empty() ? new_run() : context.run;
    report.version = context.version;
    report.candidate = context.candidate;
    report.checked_at = subject.now;
    const std::int64_t began_us = parts_.clock->monotonic_us();
    Outcome outcome =
        TRY(run_all(*parts_.engine, work, checks.checks, subject, *parts_.clock, options_));
    report.duration_us = parts_.clock->monotonic_us() - began_us;
    report.row_count = outcome.row_count;
    report.results = std::move(outcome.results);
    TRY(keep(work, outcome.kept, report));
    TRY(history_.record(report));
    runs_total_.add();
    failures_total_.add(report.count(State::Failed) + report.count(State::Error));
    board_.add(report);
    return report;
}

Result<Report> OpenQuality::check_published(
    const TableChecks& checks, const std::shared_ptr<const std::atomic<bool>>& cancelled
) {
    const auto work = TRY(open_work(cancelled));
    Tables tables(*parts_.engine, *parts_.catalog, *work, {});
    TRY(tables.add(checks.table));
    RunContext context;
    context.version = TRY(parts_.catalog->show(checks.table))
    .version.number;
    context.cancelled = cancelled;
    return run_checks(*work, checks.table, checks, context);
}

Result<std::vector<Report>> OpenQuality::check(
    const Selection& selection, std::shared_ptr<const std::atomic<bool>> cancelled
) {
    std::vector<Report> reports;
    std::optional<Error> not_there;
    for (const TableChecks& checks : TRY(select(selection))) {
        auto report = check_published(checks, cancelled);
        const bool absent = !report.ok() && report.error().code() == ErrorCode::NotFound;
        if (absent && !selection.table) {
            log::warn(
                "not checked", {{"table", checks.table.text()}, {"why", report.error().describe()}}
            );
            not_there = std::move(report).error();
            continue;
        }
        if (!report.ok()) return std::move(report).error().in(checks.table.text());
        reports.push_back(std::move(*report));
    }
    // That nothing of a package could be looked at is no good news.
    if (reports.empty() && not_there && !selection.package.empty()) return *std::move(not_there);
    return reports;
}

Result<std::vector<Report>> OpenQuality::results(const Selection& selection) {
    std::vector<Report> reports;
    for (const TableChecks& checks : TRY(select(selection))) {
        auto newest = TRY(history_.newest(checks.table));
        if (newest) reports.push_back(std::move(*newest));
    }
    return reports;
}

Result<std::string> OpenQuality::audit_html(const Selection& selection) {
    std::vector<AuditTable> tables;
    for (Report& report : TRY(results(selection))) {
        Trails trails = TRY(history_.trails(report.table, trail_points));
        tables.push_back({std::move(report), std::move(trails)});
    }
    return quality::audit_html(tables, parts_.clock->now());
}

Result<Profile> OpenQuality::profile(
    const catalog::TableName& table, std::shared_ptr<const std::atomic<bool>> cancelled
) {
    const auto work = TRY(open_work(std::move(cancelled)));
    Tables tables(*parts_.engine, *parts_.catalog, *work, {});
    TRY(tables.add(table));
    const std::int64_t version = TRY(parts_.catalog->show(table))
    .version.number;
    Profile made = TRY(run_profile(*work, table, *parts_.clock, options_));
    made.version = version;
    return made;
}

}  // namespace

Result<std::unique_ptr<Quality>> open_quality(QualityOptions options, QualityParts parts) {
    History history = TRY(History::open(*parts.database, options.results_kept_per_check));
    auto quality = std::make_unique<OpenQuality>(options, parts, std::move(history));
    TRY(quality->open());
    return std::unique_ptr<Quality>(std::move(quality));
}

}  // namespace tradewind::quality
