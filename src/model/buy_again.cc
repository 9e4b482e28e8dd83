#include "model/buy_again.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "model/evaluation.h"
#include "model/search.h"

namespace tradewind::model {

namespace {

constexpr std::size_t validation_rows_min = 200;

struct LabelCounts {
    std::int64_t rows = 0;
    std::int64_t positive = 0;
    bool both() const { return positive > 0 && positive < rows; }
};

Result<LabelCounts> count_labels(
    engine::Work& work, const ModelSpec& spec, const std::string& fold, Share share
) {
    const auto rows = TRY(work.rows(
        "SELECT count(*), coalesce(sum(CASE WHEN label > 0 THEN 1 ELSE 0 END), 0) FROM (" +
            labelled_sql(spec, {}, fold, share) + ")",
        1
    ));
    LabelCounts counts;
    counts.rows = parse_integer(rows.rows.at(0)[0].value_or("0")).value_or(0);
    counts.positive = parse_integer(rows.rows.at(0)[1].value_or("0")).value_or(0);
    return counts;
}

Result<void> check_labels(const ModelSpec& spec, const LabelCounts& counts) {
    const std::string table = spec.features->table.text();
    if (counts.rows == 0) {
        return Error(ErrorCode::Conflict, table + " has no rows of the fold train")
            .with_hint("Bring orders in and run the package; users need three orders or more.");
    }
    if (counts.both()) return {};
    return Error(
               ErrorCode::Conflict,
               "all " + format_count(counts.rows) + " rows to learn from have the same label"
    )
        .with_hint("There is nothing to tell apart in column " + spec.features->label + ".");
}

// The probabilities of users whom the trees did not see, made true. Few rows: as they are.
Result<learn::Calibration> calibrate(
    const Training& training, const learn::Trees& trees, LabelledRows& rows
) {
    training.tell("calibration");
    std::vector<float> scores;
    std::vector<std::uint8_t> labels;
    TRY(rows.rewind());
    while (const auto block = TRY(rows.next())) {
        const std::size_t at = scores.size();
        scores.resize(at + block->features.rows);
        TRY(trees.predict(block->features, std::span(scores).subspan(at), training.work));
        for (std::size_t i = 0; i < block->features.rows; ++i)
            labels.push_back(block->labels[i] > 0 ? 1 : 0);
    }
    return learn::fit_platt(scores, labels);
}

json::Value texts(const std::vector<std::string>& list) {
    json::Value out = json::Value::array();
    for (const std::string& one : list) out.add(json::Value::string(one));
    return out;
}

json::Value curve_json(const learn::Calibration::Curve& curve) {
    json::Value out = json::Value::object();
    out.set("slope", number(curve.slope));
    out.set("shift", number(curve.shift));
    return out;
}

Result<learn::Calibration> curve_from(const json::Value* value) {
    const json::Value* slope = value == nullptr ? nullptr : value->find("slope");
    const json::Value* shift = value == nullptr ? nullptr : value->find("shift");
    if (slope == nullptr || shift == nullptr)
        return Error(ErrorCode::Corruption, "the version has no calibration");
    return learn::Calibration::of_curve({
        TRY(slope->as_double())
        , TRY(shift->as_double())
    });
}

}  // namespace

learn::TreeOptions tree_options(
    const Training& training, const ModelSpec& spec, const std::vector<std::string>& columns
) {
    learn::TreeOptions options;
    options.feature_names = columns;
    options.rounds = static_cast<int>(spec.parameter("rounds", 200));
    options.depth = static_cast<int>(spec.parameter("depth", 5));
    options.learning_rate = spec.parameter("learning_rate", 0.08);
    options.min_child_weight = spec.parameter("min_child_weight", 20);
    options.min_split_loss = spec.parameter("gamma", 0);
    options.row_share = spec.parameter("subsample", 0.8);
    options.column_share = spec.parameter("column_sample", 0.6);
    options.l1 = spec.parameter("alpha", 0);
    options.l2 = spec.parameter("lambda", 5);
    options.bins = static_cast<int>(spec.parameter("bins", 256));
    options.patience_rounds = static_cast<int>(spec.parameter("early_stopping", 0));
    options.seed = static_cast<std::uint64_t>(spec.parameter("seed", 42));
    options.work = training.work;
    const std::string total = std::to_string(options.rounds);
    options.on_round = [tell = training.tell, total](const learn::TreeRound& round) {
        tell("trees: round " + std::to_string(round.round) + " of " + total);
    };
    return options;
}

Result<BuyAgain> BuyAgain::from(const StoredVersion& version) {
    const auto trees = version.files.find("trees.ubj");
    const json::Value* columns = version.card.find("features");
    if (trees == version.files.end() || columns == nullptr)
        return Error(ErrorCode::Corruption, "the version has no trees");
    BuyAgain model;
    for (const json::Value& column : columns->items()) model.columns.push_back(column.text());
    model.trees = TRY(learn::load_trees(trees->second));
    model.calibration = TRY(curve_from(version.card.find("calibration")));
    if (model.trees->feature_names() == model.columns) return model;
    return Error(ErrorCode::Corruption, "the version's trees are of other columns than it says");
}

Result<void> BuyAgain::to(Learnt& learnt) const {
    learnt.files["trees.ubj"] = TRY(trees->bytes());
    learnt.facts.set("features", texts(columns));
    learnt.facts.set("calibration", curve_json(calibration.curve()));
    learnt.facts.set("trees", static_cast<std::int64_t>(trees->tree_count()));
    return {};
}

Result<std::vector<Candidate>> score_fold(
    const Training& training, const BuyAgain& model, const std::string& fold
) {
    FeatureRows rows(training.tables.work(), scored_sql(training.spec, model.columns, fold), 3);
    std::vector<Candidate> candidates;
    std::vector<float> out(block_rows_max);
    while (const FeatureRowsBlock* block = TRY(rows.next())) {
        const std::span<float> scores = std::span(out).first(block->rows);
        TRY(model.trees->predict(block->features, scores, training.work));
        for (std::size_t i = 0; i < block->rows; ++i) {
            candidates.push_back(
                {static_cast<std::uint32_t>(block->keys[0][i]),
                 static_cast<std::uint32_t>(block->keys[1][i]),
                 model.probability(scores[i]),
                 block->keys[2][i] > 0}
            );
        }
        training.tell("scoring " + format_count(static_cast<std::int64_t>(candidates.size())));
    }
    std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
        if (a.user != b.user) return a.user < b.user;
        return a.probability != b.probability ? a.probability > b.probability : a.item < b.item;
    });
    return candidates;
}

Result<Learnt> train_buy_again(const Training& training) {
    const ModelSpec& spec = training.spec;
    engine::Work& work = training.tables.work();
    TRY(training.tables.add(spec.features->table));
    const std::vector<std::string> columns = TRY(feature_columns(work, spec));
    training.tell("counting rows");
    const LabelCounts held = TRY(count_labels(work, spec, "train", Share::Validate));
    const LabelCounts all = TRY(count_labels(work, spec, "train", Share::All));
    TRY(check_labels(spec, all));
    const bool enough = held.both() && held.rows >= static_cast<std::int64_t>(validation_rows_min);
    const bool validate = spec.parameter("early_stopping", 0) > 0 && enough;
    const Share share = validate ? Share::Learn : Share::All;
    LabelledRows rows(work, labelled_sql(spec, columns, "train", share));
    LabelledRows validation(work, labelled_sql(spec, columns, "train", Share::Validate));
    const ModelSpec best = enough ? TRY(search_parameters(training, columns)) : spec;
    learn::TreeOptions options = tree_options(training, best, columns);
    if (!validate) options.patience_rounds = 0;
    const std::shared_ptr<const learn::Trees> trees =
        TRY(learn::train_trees(rows, validate ? &validation : nullptr, options));
    Learnt learnt;
    json::Value& parameters = learnt.facts.set("parameters", json::Value::object());
    for (const auto& [name, value] : best.parameters) parameters.set(name, number(value));
    learnt.facts.set("rows", all.rows);
    learnt.facts.set("positive_rows", all.positive);
    BuyAgain model;
    model.columns = columns;
    model.trees = trees;
    if (validate) model.calibration = TRY(calibrate(training, *trees, validation));
    TRY(model.to(learnt));
    training.tell("lists of all users");
    learnt.files["lists.bin"] = TRY(again_lists(training, model))
    .to_bytes();
    return learnt;
}

}  // namespace tradewind::model
