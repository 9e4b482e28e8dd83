// The kinds of models: how each is trained, evaluated and served. One file of training, one of
// serving each.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "model/lists.h"
#include "model/model.h"
#include "model/pinned_tables.h"
#include "model/registry.h"
#include "model/shop.h"

namespace tradewind::model {

// What a job works on, and how it tells of itself.
struct Training {
    const ModelSpec& spec;
    PinnedTables& tables;
    const Shop& shop;
    learn::Work work;
    std::function<void(const std::string& step)> tell;
    double search_seconds = 0;
    os::Clock* clock = nullptr;
};

// What was learnt: files of the version, and what its card says besides.
struct Learnt {
    std::map<std::string, std::string> files;
    json::Value facts = json::Value::object();
};

// How good it is on the hold-out: {"users", "metrics", "baselines", "split", …}.
using Report = json::Value;

Result<Learnt> train_buy_again(const Training& training);
Result<Report> evaluate_buy_again(const Training& training, const StoredVersion& version);
Result<Learnt> train_try_first(const Training& training);
Result<Report> evaluate_try_first(const Training& training, const StoredVersion& version);
Result<Learnt> train_next_in_cart(const Training& training);
Result<Report> evaluate_next_in_cart(const Training& training, const StoredVersion& version);
Result<Learnt> train_classify(const Training& training);
Result<Report> evaluate_classify(const Training& training, const StoredVersion& version);
// Of all rows, by the tw_code of learning.row_codes, which it makes.
Result<std::vector<float>> score_rows(const Training& training, const StoredVersion& version);
const catalog::TableName& row_codes_name();

// A version in memory. Any thread.
class Served {
public:
    virtual ~Served() = default;
    virtual bool knows_user(const std::string& user) const = 0;
    virtual Result<Recommendations> recommend(const RecommendOrder& order) const = 0;
    virtual Result<Prediction> predict(const PredictOrder& order) const;
    // How far the stream was when it was trained: partition → offset.
    virtual const json::Value& live_from() const;
    // A basket that came in since; kinds that learn from what happens take it up at once.
    virtual Result<void> observe(
        [[maybe_unused]] const std::string& user,
        [[maybe_unused]] const std::vector<std::string>& basket
    ) const {
        return {};
    }
};

struct Serving {
    const ModelSpec& spec;
    engine::Engine* engine = nullptr;
};
// Corruption, or InvalidArgument: files that do not fit each other or the declaration.
Result<std::shared_ptr<const Served>> serve_buy_again(
    const Serving& serving, const StoredVersion& version
);
Result<std::shared_ptr<const Served>> serve_try_first(
    const Serving& serving, const StoredVersion& version
);
Result<std::shared_ptr<const Served>> serve_next_in_cart(
    const Serving& serving, const StoredVersion& version
);

Result<std::shared_ptr<const Served>> serve_classify(
    const Serving& serving, const StoredVersion& version
);

Result<Learnt> train(const Training& training);
Result<Report> evaluate(const Training& training, const StoredVersion& version);
Result<std::shared_ptr<const Served>> serve(const Serving& serving, const StoredVersion& version);

}  // namespace tradewind::model
