#include "crawl/parquet.h"

#include <utility>

#include "base/sql_text.h"
#include "base/text.h"
#include "crawl/names.h"

namespace tradewind::crawl {

namespace {

bool is_nested(const FileColumn& column) {
    return column.type.find('<') != std::string::npos;
}

void give_problem(FileReport& report, const Error& error) {
    report.problem_kind = "unreadable";
    report.problem = error.describe();
}

constexpr std::size_t statistics_of_column = 5;

// Each column's number of values, least and greatest one (with the first letter too many, so that
// they are marked as cut), distinct values, values that are cut as
// timestamps.
std::string statistics_sql(const std::vector<FileColumn>& columns) {
    std::string sql;
    for (const FileColumn& column : columns) {
        const std::string name = quote_name(column.source);
        sql += ", count(" + name + ")";
        if (is_nested(column)) {
            sql += ", NULL, NULL, NULL, 0";
        } else {
            sql += ", left(CAST(min(" + name + ") AS VARCHAR), 65), left(CAST(max(" + name +
                   ") AS VARCHAR), 65), approx_count_distinct(" + name + ")";
            sql += column.engine_type == "TIMESTAMP_NS"
                       ? ", count_if(isfinite(" + name + ") AND epoch_ns(" + name + ") % 1000 <> 0)"
                       : ", 0";
        }
    }
    return sql;
}

std::string list_of(const std::vector<FoundFile>& files) {
    std::string list;
    for (const FoundFile& file : files)
        list += (list.empty() ? "" : ", ") + quote_literal(file.path);
    return "[" + list + "]";
}

}  // namespace

Result<engine::Work*> ParquetExaminer::work() {
    if (!work_) work_ = TRY(engine_.open_work({}));
    return work_.get();
}

Result<std::map<std::string, ParquetExaminer::Footer>> ParquetExaminer::footers(
    const std::vector<FoundFile>& files
) {
    engine::Work* work = TRY(this->work());
    std::map<std::string, Footer> footers;
    const std::string list = list_of(files);
    const auto rows_max = static_cast<std::int64_t>(files.size());
    const auto signatures = TRY(work->rows(
        "SELECT file_name, string_agg(concat_ws(':', name, type, type_length, repetition_type, "
        "num_children, converted_type, scale, precision, logical_type), ',' ORDER BY place) FROM "
        "(SELECT *, row_number() OVER () AS place FROM "
        "parquet_schema(" +
            list + ")) GROUP BY file_name",
        rows_max
    ));
    for (const auto& row : signatures.rows) {
        footers[row[0].value_or("")].signature = row[1].value_or("");
    }
    const auto counts = TRY(work->rows(
        "SELECT file_name, CAST(num_rows AS BIGINT) FROM parquet_file_metadata(" + list + ")",
        rows_max
    ));
    for (const auto& row : counts.rows) {
        footers[row[0].value_or("")].row_count = parse_integer(row[1].value_or("")).value_or(0);
    }
    return footers;
}

Result<std::vector<FileColumn>> ParquetExaminer::columns_of(
    const std::string& path, const std::string& signature
) {
    const auto known = columns_by_signature_.find(signature);
    if (known != columns_by_signature_.end()) return known->second;
    engine::Work* work = TRY(this->work());
    std::vector<FileColumn> columns;
    std::vector<std::string> header;
    const std::string sql =
        "SELECT * FROM read_parquet(" + quote_literal(path) + ", hive_partitioning = false)";
    for (const auto& column : TRY(work->columns(sql))) {
        columns.push_back({"", column.name, column.type, {}});
        header.push_back(column.name);
    }
    const auto described = TRY(work->rows(
        "SELECT column_type FROM (DESCRIBE " + sql + ")", static_cast<std::int64_t>(columns.size())
    ));
    for (std::size_t i = 0; i < columns.size() && i < described.rows.size(); ++i)
        columns[i].engine_type = described.rows[i][0].value_or("");
    const std::vector<std::string> names = column_names(header);
    for (std::size_t i = 0; i < names.size(); ++i) columns[i].name = names[i];
    columns_by_signature_[signature] = columns;
    return columns;
}

Result<void> ParquetExaminer::fill(FileReport& report, const Footer& footer) {
    report.columns = TRY(columns_of(report.file.path, footer.signature));
    report.row_count = footer.row_count;
    return {};
}

FileReport ParquetExaminer::report(const FoundFile& file) {
    FileReport report;
    report.file = file;
    report.scan.format = catalog::Format::Parquet;
    auto one = footers({file});
    Result<void> filled = one.ok() ? fill(report, (*one)[file.path]) : Result<void>(one.error());
    if (!filled.ok()) give_problem(report, filled.error());
    return report;
}

Result<void> ParquetExaminer::profile(const std::vector<FileReport*>& reports) {
    std::vector<FoundFile> files;
    std::map<std::string, FileReport*> by_path;
    for (FileReport* report : reports) {
        files.push_back(report->file);
        by_path[report->file.path] = report;
    }
    const auto rows = TRY(TRY(work())->rows(
        "SELECT filename" + statistics_sql(reports.front()->columns) + " FROM read_parquet(" +
            list_of(files) + ", filename = true, hive_partitioning = false) GROUP BY filename",
        static_cast<std::int64_t>(files.size())
    ));
    for (const auto& row : rows.rows) {
        const auto found = by_path.find(row[0].value_or(""));
        if (found == by_path.end()) continue;
        FileReport& report = *found->second;
        for (std::size_t i = 0; i < report.columns.size(); ++i) {
            const auto cell = [&](std::size_t at) {
                return row[1 + i * statistics_of_column + at].value_or("");
            };
            ColumnProfile::Statistics statistics;
            statistics.value_count = parse_integer(cell(0)).value_or(0);
            statistics.null_count = report.row_count - statistics.value_count;
            statistics.min = cell(1);
            statistics.max = cell(2);
            statistics.distinct_approx = parse_integer(cell(3)).value_or(0);
            report.columns[i].profile.add_statistics(statistics);
            if (cell(4) != "0") report.columns[i].type = "STRING";
        }
    }
    return {};
}

// A damaged page is found only here: then each file is looked at on its own.
void ParquetExaminer::profile_all(std::vector<FileReport>& reports) {
    std::map<std::string, std::vector<FileReport*>> alike;
    for (FileReport& report : reports) {
        if (!report.problem_kind.empty() || report.columns.empty()) continue;
        std::string columns;
        for (const FileColumn& column : report.columns) {
            columns += column.source + '\0' + column.engine_type + '\0';
        }
        alike[columns].push_back(&report);
    }
    for (auto& [columns, group] : alike) {
        if (profile(group).ok()) continue;
        for (FileReport* report : group) {
            const auto alone = profile({report});
            if (!alone.ok()) give_problem(*report, alone.error());
        }
    }
}

std::vector<FileReport> ParquetExaminer::examine(const std::vector<FoundFile>& files) {
    std::vector<FileReport> reports;
    auto footers = this->footers(files);
    for (const FoundFile& file : files) {
        // One that is damaged spoils the statement for all: then each is asked for on its own.
        if (!footers.ok()) {
            reports.push_back(report(file));
            continue;
        }
        FileReport& report = reports.emplace_back();
        report.file = file;
        report.scan.format = catalog::Format::Parquet;
        const auto filled = fill(report, (*footers)[file.path]);
        if (!filled.ok()) give_problem(report, filled.error());
    }
    profile_all(reports);
    return reports;
}

}  // namespace tradewind::crawl
