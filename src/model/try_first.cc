// try_first: candidates by co-purchase, by factors and by how many tried them, ranked by trees that
// learnt from earlier first purchases; judged only on items that the user never bought before.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "model/evaluation.h"
#include "model/search.h"
#include "model/try_candidates.h"

namespace tradewind::model {

namespace {

constexpr std::size_t folds_max = 3;
constexpr std::size_t users_at_once = 4096;
constexpr std::size_t list_length = 30;

// What a user bought in the basket behind those of `before`, and never before.
std::vector<learn::Item> first_bought(
    const learn::Baskets& all, const learn::Baskets& before, learn::User user
) {
    std::vector<learn::Item> items;
    const std::size_t known = before.baskets_of(user);
    if (known == 0 || all.baskets_of(user) <= known) return items;
    const auto earlier = learn::distinct_items(before.items_of(user));
    for (const learn::Item item : all.items(all.first_basket(user) + known))
        if (!std::ranges::binary_search(earlier, item)) items.push_back(item);
    return items;
}

// Evenly among all of them.
std::vector<learn::User> some_users(const learn::Baskets& baskets, std::size_t most) {
    std::vector<learn::User> users;
    const std::size_t every = baskets.user_count() / std::max<std::size_t>(most, 1) + 1;
    for (std::size_t user = 0; user < baskets.user_count(); user += every)
        users.push_back(static_cast<learn::User>(user));
    return users;
}

// Rows of earlier cuts with labels: was it bought in the basket behind the cut?
struct Labelled {
    std::vector<std::string> features;
    TryRows rows;
    std::vector<float> labels;
    bool both() const {
        const auto positive = std::ranges::count(labels, 1.0F);
        return positive > 0 && positive < static_cast<long>(labels.size());
    }
};

Result<Labelled> labelled_rows(const Training& training) {
    const learn::Baskets& all = training.shop.baskets;
    const auto most = static_cast<std::size_t>(training.spec.parameter("users_max", 20'000));
    const std::size_t users = std::max<std::size_t>(all.user_count(), 1);
    const std::size_t folds = std::clamp<std::size_t>(most / users, 1, folds_max);
    Labelled made;
    for (std::size_t fold = 0; fold < folds; ++fold) {
        training.tell("candidates: " + std::to_string(fold + 1) + " of " + std::to_string(folds));
        const learn::Baskets before = all.without_last(fold + 2);
        if (before.basket_count() == 0) break;
        const TryCandidates candidates = TRY(TryCandidates::make(before, training));
        made.features = candidates.features();
        std::vector<learn::User> chosen = some_users(before, most);
        std::erase_if(chosen, [&](learn::User user) {
            return first_bought(all, before, user).empty();
        });
        TryRows rows = TRY(candidates.rows(chosen, training.work));
        learn::User user = static_cast<learn::User>(-1);
        std::vector<learn::Item> truth;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows.users[i] != user) truth = first_bought(all, before, rows.users[i]);
            user = rows.users[i];
            const bool bought = std::ranges::find(truth, rows.items[i]) != truth.end();
            made.labels.push_back(bought ? 1.0F : 0.0F);
        }
        made.rows.append(std::move(rows));
    }
    return made;
}

// What the file does not say is said here: a search goes on from it.
ModelSpec with_defaults(ModelSpec spec) {
    constexpr std::pair<const char*, double> defaults[] = {
        {"rounds", 120},
        {"depth", 3},
        {"learning_rate", 0.06},
        {"min_child_weight", 10},
        {"subsample", 0.8},
        {"column_sample", 0.6},
        {"lambda", 5},
        {"seed", 1}
    };
    for (const auto& [name, value] : defaults) spec.parameters.try_emplace(name, value);
    return spec;
}

Labelled part_of(const Labelled& all, bool kept_back) {
    Labelled part;
    part.features = all.features;
    const std::size_t width = all.features.size();
    for (std::size_t i = 0; i < all.rows.size(); ++i) {
        if (is_kept_back(all.rows.users[i]) != kept_back) continue;
        const auto values = all.rows.values.begin() + static_cast<long>(i * width);
        part.rows.users.push_back(all.rows.users[i]);
        part.rows.items.push_back(all.rows.items[i]);
        part.rows.values.insert(part.rows.values.end(), values, values + static_cast<long>(width));
        part.labels.push_back(all.labels[i]);
    }
    return part;
}

learn::BlockSource source_of(const Labelled& made) {
    return learn::BlockSource(
        {learn::FeatureBlock::by_row(
             made.rows.values.data(), made.rows.size(), made.features.size()
         ),
         made.labels.data(),
         nullptr}
    );
}

// All rounds, in a search as in the training after it: that one keeps nobody back.
learn::TreeOptions ranker_options(
    const Training& training, const ModelSpec& spec, const Labelled& made
) {
    learn::TreeOptions options = tree_options(training, spec, made.features);
    options.patience_rounds = 0;
    return options;
}

// Nobody is kept back where there is no time to search, or too few to tell.
Result<ModelSpec> search_ranker(
    const Training& training, const ModelSpec& spec, const Labelled& made
) {
    if (training.search_seconds <= 0) return spec;
    const Labelled learn_from = part_of(made, false);
    const Labelled kept_back = part_of(made, true);
    if (!learn_from.both() || !kept_back.both()) return spec;
    return search_near(training, spec, [&](const ModelSpec& other) {
        learn::BlockSource rows = source_of(learn_from);
        learn::BlockSource validation = source_of(kept_back);
        return loss_of_trees(rows, validation, ranker_options(training, other, made));
    });
}

struct Ranker {
    std::unique_ptr<learn::Trees> trees;
    ModelSpec spec;  // with the parameters that they were made with
};

Result<Ranker> train_ranker(const Training& training) {
    const Labelled made = TRY(labelled_rows(training));
    if (!made.both()) {
        return Error(
                   ErrorCode::Conflict, "no user bought something for the first time to learn from"
        )
            .with_hint("Bring orders in; users need three of them or more.");
    }
    Ranker ranker;
    ranker.spec = TRY(search_ranker(training, with_defaults(training.spec), made));
    learn::BlockSource source = source_of(made);
    ranker.trees =
        TRY(learn::train_trees(source, nullptr, ranker_options(training, ranker.spec, made)));
    return ranker;
}

struct Ranked {
    learn::Item item = 0;
    float score = 0;
    learn::Item because = 0;
};

// Each user's candidates, the best first.
template <typename Take>
Result<void> rank_users(
    const Training& training,
    const TryCandidates& candidates,
    const learn::Trees& trees,
    const std::vector<learn::User>& users,
    Take take
) {
    for (std::size_t begin = 0; begin < users.size(); begin += users_at_once) {
        const std::size_t end = std::min(users.size(), begin + users_at_once);
        const std::vector<learn::User> some(
            users.begin() + static_cast<long>(begin), users.begin() + static_cast<long>(end)
        );
        const TryRows rows = TRY(candidates.rows(some, training.work));
        std::vector<float> scores(rows.size());
        if (rows.size() > 0) {
            TRY(trees.predict(
                learn::FeatureBlock::by_row(
                    rows.values.data(), rows.size(), trees.feature_names().size()
                ),
                scores,
                training.work
            ));
        }
        std::size_t at = 0;
        for (const learn::User user : some) {
            std::vector<Ranked> list;
            for (; at < rows.size() && rows.users[at] == user; ++at)
                list.push_back({rows.items[at], scores[at], rows.because[at]});
            std::ranges::sort(list, [](const Ranked& a, const Ranked& b) {
                return a.score != b.score ? a.score > b.score : a.item < b.item;
            });
            take(user, list);
        }
        training.tell("ranking: " + format_count(static_cast<std::int64_t>(end)) + " users");
    }
    return {};
}

Result<Lists> new_lists(const Training& training, const learn::Trees& trees) {
    const learn::Baskets& all = training.shop.baskets;
    const TryCandidates candidates = TRY(TryCandidates::make(all, training));
    const auto length =
        static_cast<std::size_t>(training.spec.parameter("list_length", list_length));
    Lists lists;
    std::vector<ListEntry> entries;
    TRY(rank_users(
        training,
        candidates,
        trees,
        some_users(all, all.user_count() + 1),
        [&](learn::User, const std::vector<Ranked>& list) {
            entries.clear();
            for (std::size_t i = 0; i < std::min(length, list.size()); ++i) {
                const Ranked& one = list[i];
                const bool known = one.because != one.item;
                entries.push_back(
                    {one.item, one.score, candidates.tried(one.item), known ? one.because + 1 : 0}
                );
            }
            lists.add(entries);
        }
    ));
    return lists;
}

json::Value texts(const std::vector<std::string>& list) {
    json::Value out = json::Value::array();
    for (const std::string& one : list) out.add(json::Value::string(one));
    return out;
}

Result<std::unique_ptr<learn::Trees>> trees_of(const StoredVersion& version) {
    const auto trees = version.files.find("trees.ubj");
    if (trees == version.files.end())
        return Error(ErrorCode::Corruption, "the version has no trees");
    return learn::load_trees(trees->second);
}

Result<void> check_features(const learn::Trees& trees, const TryCandidates& candidates) {
    if (trees.feature_names() == candidates.features()) return {};
    return Error(ErrorCode::Conflict, "the version was trained with other features")
        .with_hint("Train the model anew.");
}

}  // namespace

Result<Learnt> train_try_first(const Training& training) {
    const Ranker ranker = TRY(train_ranker(training));
    const auto& trees = ranker.trees;
    Learnt learnt;
    json::Value& parameters = learnt.facts.set("parameters", json::Value::object());
    for (const auto& [name, value] : ranker.spec.parameters) parameters.set(name, number(value));
    learnt.files["trees.ubj"] = TRY(trees->bytes());
    learnt.files["lists.bin"] = TRY(new_lists(training, *trees))
    .to_bytes();
    learnt.facts.set("features", texts(trees->feature_names()));
    learnt.facts.set("trees", static_cast<std::int64_t>(trees->tree_count()));
    return learnt;
}

Result<Report> evaluate_try_first(const Training& training, const StoredVersion& version) {
    const auto trees = TRY(trees_of(version));
    const learn::Baskets& all = training.shop.baskets;
    const learn::Baskets before = all.without_last(1);
    const TryCandidates candidates = TRY(TryCandidates::make(before, training));
    TRY(check_features(*trees, candidates));
    std::vector<learn::User> users = some_users(before, before.user_count() + 1);
    std::erase_if(users, [&](learn::User user) { return first_bought(all, before, user).empty(); });
    if (users.empty()) {
        return Error(ErrorCode::Conflict, "nobody's last order has a product that is new to him")
            .with_hint("Bring orders in; users need two of them or more.");
    }
    ListScores model(before.item_count());
    ListScores popular(before.item_count());
    TRY(rank_users(
        training,
        candidates,
        *trees,
        users,
        [&](learn::User user, const std::vector<Ranked>& list) {
            const auto truth = first_bought(all, before, user);
            std::vector<learn::Item> ranked;
            for (const Ranked& one : list) ranked.push_back(one.item);
            model.add(ranked, truth, std::nullopt, 0);
            std::vector<learn::Item> top;
            for (const learn::ScoredItem& one :
                 candidates.popular().top(list_length, candidates.bought(user)))
                top.push_back(one.item);
            popular.add(top, truth, std::nullopt, 0);
        }
    ));
    Report report = json::Value::object();
    report.set("users", static_cast<std::int64_t>(users.size()));
    report.set("metrics", model.metrics());
    report.set("baselines", json::Value::object()).set("popular", popular.metrics());
    return report;
}

}  // namespace tradewind::model
