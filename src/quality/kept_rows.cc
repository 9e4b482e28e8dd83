#include "quality/kept_rows.h"

#include "base/text.h"
#include "quality/conclude.h"
#include "quality/sql_text.h"

namespace tradewind::quality {

namespace {

constexpr std::size_t sample_characters_max = 300;

std::string labels(const Check& check, const std::string& reason_sql) {
    return quote_literal(check.name) + " AS _check, " + reason_sql + " AS _reason";
}

std::string failing_rows(const Plan& plan, const Subject& subject) {
    std::string columns;
    for (const catalog::Column& column : subject.columns) {
        if (!is_quarantine_column(column.name)) columns += quote_name(column.name) + ", ";
    }
    return "SELECT " + columns + labels(*plan.check, quote_literal(reason(*plan.check))) +
           " FROM " + quote_table(subject.rows) + " WHERE " + plan.fails;
}

// The found row, as JSON, is the reason.
std::string found_rows(const Plan& plan, const Subject& subject) {
    std::string columns;
    for (const catalog::Column& column : subject.columns) {
        if (is_quarantine_column(column.name)) continue;
        columns += "CAST(NULL AS " + column.type + ") AS " + quote_name(column.name) + ", ";
    }
    const std::string why =
        quote_literal(reason(*plan.check) + ": ") + " || CAST(to_json(_tw_row) AS VARCHAR)";
    return "SELECT " + columns + labels(*plan.check, why) + " FROM " +
           quote_table(view_name(*plan.check)) + " AS _tw_row";
}

std::string sampled_value(const Check& check) {
    const auto text_of = [](const std::string& column) {
        return "coalesce(CAST(" + quote_name(column) + " AS VARCHAR), 'null')";
    };
    if (check.kind == Kind::Sql) return "_reason";
    if (check.columns.empty() || check.kind == Kind::NotNull) {
        return "CAST(to_json(_tw_row) AS VARCHAR)";
    }
    if (check.columns.size() == 1) return text_of(check.columns.front());
    std::vector<std::string> parts;
    for (const std::string& column : check.columns)
        parts.push_back(quote_literal(column + "=") + " || " + text_of(column));
    return join(parts, " || ', ' || ");
}

}  // namespace

bool is_quarantine_column(const std::string& name) {
    constexpr std::string_view names[] = {"_check", "_reason", "_run", "_checked_at"};
    for (const std::string_view own : names) {
        if (equal_ignore_case(name, own)) return true;
    }
    return false;
}

Result<std::int64_t> keep_rows(
    engine::Work& work,
    const catalog::TableName& name,
    const Plan& plan,
    const Subject& subject,
    std::int64_t rows_max
) {
    const std::string rows =
        plan.check->kind == Kind::Sql ? found_rows(plan, subject) : failing_rows(plan, subject);
    return work.add_result(name, rows + " LIMIT " + std::to_string(rows_max));
}

Result<std::vector<Sample>> sample_rows(
    engine::Work& work, const catalog::TableName& kept, const Check& check, std::size_t samples_max
) {
    const bool whole_rows = check.columns.empty() || check.kind == Kind::NotNull;
    const std::string rows =
        whole_rows && check.kind != Kind::Sql
            ? "(SELECT * EXCLUDE (_check, _reason) FROM " + quote_table(kept) + ")"
            : quote_table(kept);
    const std::string sql = "SELECT left(value, " + std::to_string(sample_characters_max) +
                            ") AS value, count(*) AS row_count FROM (SELECT " +
                            sampled_value(check) + " AS value FROM " + rows +
                            " AS _tw_row) AS _tw_values GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT " +
                            std::to_string(samples_max);
    const auto answer = TRY(work.rows(sql, static_cast<std::int64_t>(samples_max)));
    std::vector<Sample> samples;
    for (const auto& row : answer.rows)
        samples.push_back({row[0].value_or(""), parse_integer(row[1].value_or("")).value_or(1)});
    return samples;
}

}  // namespace tradewind::quality
