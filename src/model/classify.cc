// classify: trees over rows of any table that tell whether a label is 1. Learnt from the older
// rows, measured on the newest; the scores of all become a table.
#include "model/classify.h"

#include <utility>

#include "base/sql_text.h"
#include "base/text.h"
#include "model/feature_rows.h"
#include "model/search.h"

namespace tradewind::model {

namespace {

std::string columns_sql(const std::vector<std::string>& columns) {
    std::string list;
    for (std::size_t i = 0; i < columns.size(); ++i)
        list += ", CAST(t." + quote_name(columns[i]) + " AS DOUBLE) AS f" + std::to_string(i);
    return list;
}

std::string known(const Rows& rows) {
    return "t." + quote_name(rows.label) + " IS NOT NULL AND t." + quote_name(rows.time) +
           " IS NOT NULL";
}

std::string known_sql(const Rows& rows) {
    return quoted(rows.table) + " t WHERE " + known(rows);
}

std::string cut_sql(const Rows& rows) {
    return "(SELECT quantile_disc(t." + quote_name(rows.time) + ", " +
           std::to_string(1 - rows.hold_out) + ") FROM " + known_sql(rows) + ")";
}

Error not_learnable(const ModelSpec& spec, const std::string& what) {
    return Error(ErrorCode::Conflict, what)
        .with_hint(
            "There is nothing to tell apart in column " + spec.rows->label + " of " +
            spec.rows->table.text() + "."
        );
}

Result<void> check_labels(engine::Work& work, const ModelSpec& spec) {
    const std::string label = "CAST(t." + quote_name(spec.rows->label) + " AS DOUBLE)";
    const auto found = TRY(work.rows(
        "SELECT count(*) FROM " + known_sql(*spec.rows) + " AND " + label + " NOT IN (0, 1)", 1
    ));
    const std::int64_t odd = parse_integer(found.rows.at(0)[0].value_or("0")).value_or(0);
    if (odd == 0) return {};
    return Error(
               ErrorCode::InvalidArgument,
               format_count(odd) + " rows of " + spec.rows->table.text() +
                   " have a label that is neither 0 nor 1"
    )
        .at(spec.at);
}

// Of a kind that answers with a table, not with lists.
class ServedClassifier : public Served {
public:
    explicit ServedClassifier(BuyAgain model) : model_(std::move(model)) {}
    bool knows_user([[maybe_unused]] const std::string& user) const override { return false; }
    Result<Recommendations> recommend([[maybe_unused]] const RecommendOrder& order) const override {
        return Error(ErrorCode::InvalidArgument, "a model of kind classify has no lists")
            .with_hint("Its scores are a table: <package>.<model>_scores.");
    }

private:
    const BuyAgain model_;
};

}  // namespace

std::string quoted(const catalog::TableName& name) {
    return quote_name(name.schema) + "." + quote_name(name.table);
}

std::string labelled_condition(const ModelSpec& spec, Part part) {
    const Rows& rows = *spec.rows;
    return known(rows) + " AND t." + quote_name(rows.time) +
           (part == Part::Learn ? " < " : " >= ") + cut_sql(rows);
}

std::string labelled_rows_sql(
    const ModelSpec& spec, const std::vector<std::string>& columns, Part part
) {
    return "SELECT CAST(t." + quote_name(spec.rows->label) + " AS DOUBLE) AS label" +
           columns_sql(columns) + " FROM " + quoted(spec.rows->table) + " t WHERE " +
           labelled_condition(spec, part);
}

Result<std::string> held_out_from(engine::Work& work, const ModelSpec& spec) {
    const auto found = TRY(work.rows("SELECT CAST(" + cut_sql(*spec.rows) + " AS STRING)", 1));
    return found.rows.at(0)[0].value_or("");
}

Result<LabelledColumn> read_column(
    engine::Work& work, const ModelSpec& spec, const std::string& column, Part part
) {
    LabelledColumn read;
    LabelledRows rows(work, labelled_rows_sql(spec, {column}, part));
    while (const auto block = TRY(rows.next())) {
        for (std::size_t i = 0; i < block->features.rows; ++i) {
            read.values.push_back(block->features.at(i, 0));
            read.labels.push_back(block->labels[i] > 0 ? 1 : 0);
            read.positive += read.labels.back();
        }
    }
    return read;
}

Result<Learnt> train_classify(const Training& training) {
    const ModelSpec& spec = training.spec;
    engine::Work& work = training.tables.work();
    BuyAgain model;
    model.columns = TRY(feature_columns(work, spec));
    TRY(check_labels(work, spec));
    training.tell("counting rows");
    const LabelledColumn known = TRY(read_column(work, spec, model.columns.front(), Part::Learn));
    const std::size_t count = known.labels.size();
    if (count == 0)
        return not_learnable(spec, spec.rows->table.text() + " has no rows to learn from");
    if (known.positive == 0 || known.positive == count) {
        return not_learnable(
            spec,
            "all " + format_count(static_cast<std::int64_t>(count)) +
                " rows to learn from have the same label"
        );
    }
    LabelledRows rows(work, labelled_rows_sql(spec, model.columns, Part::Learn));
    learn::TreeOptions options = tree_options(training, spec, model.columns);
    options.patience_rounds = 0;
    model.trees = TRY(learn::train_trees(rows, nullptr, options));
    Learnt learnt;
    TRY(model.to(learnt));
    learnt.facts.set("rows", static_cast<std::int64_t>(count));
    learnt.facts.set("positive_rows", static_cast<std::int64_t>(known.positive));
    learnt.facts.set("held_out_from", TRY(held_out_from(work, spec)));
    return learnt;
}

Result<std::vector<float>> score_coded(
    const Training& training, const BuyAgain& model, const catalog::TableName& coded
) {
    FeatureRows rows(
        training.tables.work(),
        "SELECT CAST(t.tw_code AS DOUBLE) AS code" + columns_sql(model.columns) + " FROM " +
            quoted(coded) + " t",
        1
    );
    std::vector<float> scores;
    std::vector<float> out(block_rows_max);
    while (const FeatureRowsBlock* block = TRY(rows.next())) {
        const std::span<float> found = std::span(out).first(block->rows);
        TRY(model.trees->predict(block->features, found, training.work));
        for (std::size_t i = 0; i < block->rows; ++i) {
            const auto code = static_cast<std::size_t>(block->keys[0][i]);
            if (scores.size() <= code) scores.resize(code + 1);
            scores[code] = model.probability(found[i]);
        }
    }
    return scores;
}

Result<std::vector<float>> score_rows(const Training& training, const StoredVersion& version) {
    const Rows& of = *training.spec.rows;
    TRY(training.tables.work().add_result(
        row_codes_name(),
        "SELECT CAST(row_number() OVER (ORDER BY t." + quote_name(of.id) + ", t." +
            quote_name(of.time) + ") - 1 AS BIGINT) AS tw_code, t.* FROM " + quoted(of.table) +
            " t WHERE t." + quote_name(of.id) + " IS NOT NULL"
    ));
    return score_coded(training, TRY(BuyAgain::from(version)), row_codes_name());
}

const catalog::TableName& row_codes_name() {
    static const catalog::TableName name{"learning", "row_codes"};
    return name;
}

Result<std::shared_ptr<const Served>> serve_classify(
    [[maybe_unused]] const Serving& serving, const StoredVersion& version
) {
    return std::shared_ptr<const Served>(
        std::make_shared<ServedClassifier>(TRY(BuyAgain::from(version)))
    );
}

}  // namespace tradewind::model
