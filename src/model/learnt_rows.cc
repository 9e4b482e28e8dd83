#include "model/learnt_rows.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/sql_text.h"
#include "base/text.h"
#include "model/batch_table.h"
#include "model/classify.h"

namespace tradewind::model {

namespace {

// Of each part: shares of a thousandth can be told, and it is nothing to keep.
constexpr const char* rows_max = "20000";

constexpr std::array<std::string_view, 4> learnt_own{
    "probability", "held_out", "model_version", "tw_code"
};
constexpr std::array<std::string_view, 5> scores_own{
    "probability", "likely", "model_version", "scored_at", "tw_code"
};

Error taken(const ModelSpec& spec, const std::string& column, const catalog::TableName& made) {
    return Error(
               ErrorCode::InvalidArgument,
               spec.features->table.text() + " has a column " + column + ", which " + made.text() +
                   ", the table that the training writes, has of its own"
    )
        .at(spec.at)
        .with_hint("Give it another name.");
}

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& own, const std::string& column) {
    return std::ranges::find(own, to_lower_ascii(column)) != own.end();
}

std::string of_part(const ModelSpec& spec, Part part) {
    if (spec.rows) return labelled_condition(spec, part);
    const Features& of = *spec.features;
    const std::string fold = "t." + quote_name(of.fold);
    const std::string known = " AND t." + quote_name(of.label) + " IS NOT NULL";
    if (part == Part::HeldOut) return fold + " = 'test'" + known;
    return "(" + fold + " = 'train' OR starts_with(" + fold + ", 'train_'))" + known;
}

// By chance, and always the same.
std::string some_rows(const ModelSpec& spec, Part part) {
    const Features& of = *spec.features;
    return "(SELECT t.*, " + std::string(part == Part::HeldOut ? "true" : "false") +
           " AS held_out FROM " + quoted(of.table) + " t WHERE " + of_part(spec, part) +
           " ORDER BY hash(t." + quote_name(of.user) + ", t." + quote_name(of.item) + ", t." +
           quote_name(of.fold) + "), t." + quote_name(of.user) + ", t." + quote_name(of.item) +
           " LIMIT " + rows_max + ")";
}

}  // namespace

const catalog::TableName& learnt_rows_name() {
    static const catalog::TableName name{"learning", "learnt_rows"};
    return name;
}

Result<void> check_names(const ModelSpec& spec, const std::vector<std::string>& columns) {
    for (const std::string& column : columns)
        if (is_one_of(learnt_own, column)) return taken(spec, column, learnt_table(spec));
    if (!spec.rows) return {};
    for (const std::string& column : {spec.rows->id, spec.rows->time})
        if (is_one_of(scores_own, column)) return taken(spec, column, scores_table(spec));
    return {};
}

Result<void> check_made_columns(PinnedTables& tables, const ModelSpec& spec) {
    if (!has_learnt(spec)) return {};
    TRY(tables.add(spec.features->table));
    std::vector<std::string> names;
    const std::string sql = "SELECT * FROM " + quoted(spec.features->table);
    for (const auto& column : TRY(tables.work().columns(sql))) names.push_back(column.name);
    return check_names(spec, names);
}

Result<std::vector<float>> score_learnt_rows(
    const Training& training, const StoredVersion& version
) {
    engine::Work& work = training.tables.work();
    TRY(work.add_result(
        learnt_rows_name(),
        "SELECT CAST(row_number() OVER () - 1 AS BIGINT) AS tw_code, s.* FROM (" +
            some_rows(training.spec, Part::Learn) + " UNION ALL " +
            some_rows(training.spec, Part::HeldOut) + ") s"
    ));
    return score_coded(training, TRY(BuyAgain::from(version)), learnt_rows_name());
}

}  // namespace tradewind::model
