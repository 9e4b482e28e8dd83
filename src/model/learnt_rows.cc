#include "model/learnt_rows.h"

#include <algorithm>
#include <array>

#include "base/sql_text.h"
#include "model/classify.h"

namespace tradewind::model {

namespace {

// Of each part: shares of a thousandth can be told, and it is nothing to keep.
constexpr const char* rows_max = "20000";

constexpr std::array<const char*, 3> own_columns{"probability", "held_out", "model_version"};

Result<void> check_columns(engine::Work& work, const ModelSpec& spec) {
    const catalog::TableName& table = spec.features->table;
    for (const auto& column : TRY(work.columns("SELECT * FROM " + quoted(table)))) {
        if (std::ranges::find(own_columns, column.name) == own_columns.end()) continue;
        return Error(
                   ErrorCode::InvalidArgument,
                   table.text() + " has a column " + column.name +
                       ", which the table of what was learnt from has of its own"
        )
            .at(spec.at)
            .with_hint("Give it another name.");
    }
    return {};
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

Result<std::vector<float>> score_learnt_rows(
    const Training& training, const StoredVersion& version
) {
    engine::Work& work = training.tables.work();
    TRY(check_columns(work, training.spec));
    TRY(work.add_result(
        learnt_rows_name(),
        "SELECT CAST(row_number() OVER () - 1 AS BIGINT) AS tw_code, s.* FROM (" +
            some_rows(training.spec, Part::Learn) + " UNION ALL " +
            some_rows(training.spec, Part::HeldOut) + ") s"
    ));
    return score_coded(training, TRY(BuyAgain::from(version)), learnt_rows_name());
}

}  // namespace tradewind::model
