#include "cli/night_judge.h"

#include <algorithm>

#include "base/text.h"

namespace tradewind::cli {

namespace {

constexpr const char* main_table = "weekly_metrics";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

bool delivered(const json::Value& notice) {
    const auto& all = notice.find("deliveries")->items();
    return !all.empty() && std::ranges::all_of(all, [](const json::Value& one) {
        return one.text_or("state", "") == "delivered";
    });
}

}  // namespace

Result<std::vector<json::Value>> NightJudge::first_row(const std::string& sql) {
    json::Value body = json::Value::object();
    body.set("sql", sql);
    const json::Value answer = TRY(platform_.post("/v1/query", body));
    const json::Value* rows = answer.find("rows");
    if (rows == nullptr || rows->items().empty())
        return Error(ErrorCode::Unavailable, "a table of the morning gave no answer: " + sql);
    return rows->items().front().items();
}

Result<NightTable> NightJudge::look_at(const std::string& name, bool dated) {
    const std::string date = dated ? "coalesce(CAST(max(date) AS VARCHAR), '')" : "''";
    const auto row = TRY(first_row("SELECT count(*), " + date + " FROM " + name));
    return NightTable {
        name, TRY(row.at(0).as_integer())
        , row.at(1).text()
    };
}

// A table that is not there is a problem, and the others are told of all the same.
Result<std::vector<NightTable>> NightJudge::tables() {
    const std::string& package = order_.package;
    std::vector<std::pair<std::string, bool>> names;
    for (const char* table : {main_table, "store", "product", "calendar"})
        names.emplace_back(package + "." + table, true);
    for (const auto& [table, rows] : facts_.files.rows)
        names.emplace_back("raw." + package + "_" + table, false);
    for (const auto& [name, dated] : names) {
        auto table = look_at(name, dated);
        expect(table.ok(), "table " + name + " is not there");
        if (table.ok()) tables_.push_back(std::move(table).take());
    }
    return tables_;
}

Result<std::vector<std::string>> NightJudge::problems() {
    judge_scans();
    judge_job();
    judge_notices();
    judge_mails();
    judge_tables();
    if (problems_.empty()) TRY(judge_sums());
    return problems_;
}

std::string NightJudge::name_of(const std::string& table) const {
    return table + "_" + order_.date + ".csv";
}

void NightJudge::judge_scans() {
    const std::string late = name_of(facts_.files.late);
    expect(facts_.scans == 2, "there were " + std::to_string(facts_.scans) + " scans, not two");
    expect(
        facts_.waited.size() == facts_.scans,
        "not every scan waited for the file that is late: " + late
    );
    for (const std::string& waited : facts_.waited)
        expect(has(waited, late), "a scan did not miss " + late + ": " + waited);
    if (!facts_.waited.empty()) {
        expect(
            has(facts_.waited.front(), name_of(facts_.files.half_written)),
            "the first scan did not miss the half-written " + name_of(facts_.files.half_written)
        );
    }
}

void NightJudge::judge_job() {
    if (facts_.job.is_null()) return expect(false, "no job was started");
    expect(
        !(facts_.started_at < facts_.files.late_at), "a job started before all files were there"
    );
    expect(
        facts_.job.text_or("state", "") == "succeeded",
        "the job " + facts_.job.text_or("state", "") + ": " + facts_.job.text_or("message", "")
    );
    const json::Value* params = facts_.job.find("params");
    expect(params->text_or("date", "") == order_.date, "the job is of another date");
    for (const auto& [table, rows] : facts_.files.rows) {
        expect(
            has(params->text_or(table, ""), "/" + name_of(table)),
            "the job was not given today's file of " + table
        );
    }
}

void NightJudge::judge_notices() {
    std::vector<std::string> kinds;
    for (const json::Value& notice : facts_.notices) kinds.push_back(notice.text_or("kind", ""));
    const std::vector<std::string> expected{"missing_files", "success", "recovery"};
    if (kinds != expected) {
        std::string told;
        for (const std::string& kind : kinds) told += (told.empty() ? "" : ", ") + kind;
        return expect(false, "other notices than missing_files, success, recovery: " + told);
    }
    for (const json::Value& notice : facts_.notices) {
        const std::string title = notice.text_or("title", "");
        expect(delivered(notice), "a notice was not delivered: " + title);
    }
    const std::string missing = facts_.notices.front().find("facts")->text_or("missing", "");
    for (const auto& [table, rows] : facts_.files.rows) {
        const bool late = table == facts_.files.late;
        expect(
            has(missing, name_of(table)) == late,
            "the notice of missing files names others than the one that is late: " + missing
        );
    }
}

void NightJudge::judge_mails() {
    for (const char* kind : {"missing_files", "success", "recovery"}) {
        const auto mail = std::ranges::find(facts_.mails, kind, &Mail::kind);
        if (mail == facts_.mails.end()) {
            expect(false, std::string("no mail told of ") + kind);
        } else if (mail->kind == "success") {
            expect(!mail->attachments.empty(), "the mail of success brought no metrics");
        }
    }
}

void NightJudge::judge_tables() {
    for (const NightTable& table : tables_) {
        const std::size_t name_at = table.name.find_last_of("._") + 1;
        const bool raw = table.name.starts_with("raw.");
        const auto rows = facts_.files.rows.find(table.name.substr(name_at));
        if (rows != facts_.files.rows.end()) {
            expect(
                table.row_count == rows->second,
                table.name + " has " + format_count(table.row_count) + " rows, and the dump " +
                    format_count(rows->second)
            );
        }
        expect(table.row_count > 0, table.name + " is empty");
        expect(raw || table.date == order_.date, table.name + " is of " + table.date);
    }
}

// What was sold is in the metrics, all of it and once.
Result<void> NightJudge::judge_sums() {
    const std::string& package = order_.package;
    const auto row = TRY(first_row(
        "SELECT m.qty = s.qty AND m.amt = s.amt FROM (SELECT sum(sales_qty) AS qty, "
        "sum(sales_amt) AS amt FROM " +
        package + "." + main_table +
        ") AS m CROSS JOIN (SELECT sum(sales_qty) AS qty, sum(sales_amt) AS amt FROM raw." +
        package + "_sales) AS s"
    ));
    expect(row.at(0).as_boolean(), "the metrics' sums are not those of the dump's sales");
    return {};
}

}  // namespace tradewind::cli
