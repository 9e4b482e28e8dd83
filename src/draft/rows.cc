#include "draft/rows.h"

#include <algorithm>

#include "base/sql_text.h"
#include "base/text.h"
#include "draft/words.h"

namespace tradewind::draft {

namespace {

// Beyond some hundreds a scan gets no cheaper by the aggregate, and its plan gets slow.
constexpr std::size_t aggregates_per_scan = 250;

// A field's type as SQL writes it.
std::string sql_type(const std::string& type) {
    if (type == "text" || type == "json") return "STRING";
    std::string sql;
    for (const char c : type) sql += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return sql;
}

}  // namespace

Result<std::unique_ptr<Rows>> Rows::open(Scratch& scratch) {
    std::unique_ptr<Rows> rows(new Rows(scratch));
    engine::WorkOptions options;
    options.cancelled = scratch.request().cancelled;
    rows->work_ = TRY(scratch.engine().open_work(options));
    return rows;
}

Result<void> Rows::add_raw(const Table& table) {
    catalog::TableFiles files;
    files.name = {"raw", table.source};
    for (const Field& field : table.fields)
        files.columns.push_back({field.name, sql_type(field.type), ""});
    for (const auto& [name, type] : std::initializer_list<std::pair<const char*, const char*>>{
             {"_source", "STRING"},
             {"_partition", "INTEGER"},
             {"_offset", "BIGINT"},
             {"_import", "BIGINT"},
             {"_row", "BIGINT"},
             {"_received_at", "TIMESTAMP"}
         })
        files.columns.push_back({name, type, ""});
    files.files = table.row_files;
    files.scan.by_field_id = true;
    files.key = table.key.columns;
    return work_->add_table(files);
}

Result<void> Rows::add_clean(const std::string& package, const Table& table) {
    return work_->add_view({package, table.source}, table.clean_sql);
}

Result<quality::Profile> Rows::profile(const catalog::TableName& name) {
    quality::QualityOptions options;
    options.exact_quantiles_rows_max = 0;  // nobody reads them here
    options.correlation_columns_max = 0;
    return quality::profile_rows(*work_, name, scratch_.clock(), options);
}

Result<std::vector<std::optional<std::string>>> Rows::aggregates(
    const std::string& from, const std::vector<std::string>& expressions
) {
    std::vector<std::optional<std::string>> values;
    for (std::size_t begin = 0; begin < expressions.size(); begin += aggregates_per_scan) {
        const std::size_t end = std::min(begin + aggregates_per_scan, expressions.size());
        std::string list;
        for (std::size_t i = begin; i < end; ++i)
            list += (i == begin ? "" : ", ") + expressions[i] + " AS v" + std::to_string(i);
        const auto answer = TRY(work_->rows("SELECT " + list + " FROM " + from, 1));
        values.insert(values.end(), answer.rows.at(0).begin(), answer.rows.at(0).end());
    }
    return values;
}

Result<bool> Rows::unique(const std::string& from, const std::vector<std::string>& columns) {
    std::vector<std::string> names;
    for (const std::string& column : columns) names.push_back(quote_name(column));
    const std::string list = join(names, ", ");
    const auto twice = TRY(work_->rows(
        "SELECT 1 AS twice FROM " + from + " GROUP BY " + list + " HAVING count(*) > 1 LIMIT 1", 1
    ));
    return twice.rows.empty();
}

Result<std::int64_t> Rows::count(const std::string& sql) {
    const auto answer = TRY(work_->rows(sql, 1));
    return parse_integer(answer.rows.at(0).at(0).value_or("")).value_or(0);
}

}  // namespace tradewind::draft
