#include "learn/als.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/bytes.h"
#include "learn/baselines.h"
#include "learn/factor_solver.h"
#include "os/random.h"

namespace tradewind::learn {

namespace {

constexpr std::size_t rows_per_part = 256;
constexpr double first_factor_max = 0.01;
// From nothing, so many steps come to what the factors' own precision allows.
constexpr int fold_in_steps = 20;

Error wrong(const char* detail) {
    return Error(ErrorCode::InvalidArgument, "factors cannot be learnt").with_detail(detail);
}

Result<void> check_pairs(const WeightedPairs& pairs) {
    if (pairs.items.empty()) return wrong("Nobody has bought anything.");
    if (pairs.items.size() != pairs.weights.size() || pairs.first.back() != pairs.items.size())
        return wrong("Items, weights and users do not fit.");
    if (!std::ranges::all_of(pairs.weights, [](float w) { return w > 0 && std::isfinite(w); }))
        return wrong("A weight is not above 0.");
    std::vector<std::size_t> seen_by(pairs.item_count, pairs.user_count());
    for (std::size_t user = 0; user < pairs.user_count(); ++user)
        for (std::uint64_t i = pairs.first[user]; i < pairs.first[user + 1]; ++i) {
            if (pairs.items[i] >= pairs.item_count) return wrong("An item is beyond the last.");
            if (seen_by[pairs.items[i]] == user) return wrong("A user has an item twice.");
            seen_by[pairs.items[i]] = user;
        }
    return {};
}

Result<void> check_options(const AlsOptions& options) {
    if (options.factors == 0 || options.factors > factors_max)
        return wrong("There are 1 to 512 factors.");
    if (options.iterations < 1 || options.gradient_steps < 1)
        return wrong("Iterations and gradient steps are at least 1.");
    if (!(options.regularisation >= 0) || !(options.alpha > 0) || !std::isfinite(options.alpha))
        return wrong("Regularisation is 0 or more, alpha above 0.");
    return {};
}

// The same pairs, by item.
WeightedPairs transposed(const WeightedPairs& pairs) {
    WeightedPairs out;
    out.item_count = pairs.user_count();
    out.first.assign(pairs.item_count + 1, 0);
    for (const Item item : pairs.items) ++out.first[item + 1];
    for (std::size_t i = 0; i < pairs.item_count; ++i) out.first[i + 1] += out.first[i];
    out.items.resize(pairs.items.size());
    out.weights.resize(pairs.items.size());
    std::vector<std::uint64_t> next(out.first.begin(), out.first.end() - 1);
    for (User user = 0; user < pairs.user_count(); ++user)
        for (std::uint64_t i = pairs.first[user]; i < pairs.first[user + 1]; ++i) {
            const std::uint64_t to = next[pairs.items[i]]++;
            out.items[to] = user;
            out.weights[to] = pairs.weights[i];
        }
    return out;
}

}  // namespace

WeightedPairs count_pairs(const Baskets& baskets, double half_life_days) {
    float newest = -std::numeric_limits<float>::infinity();
    for (std::size_t basket = 0; basket < baskets.basket_count(); ++basket)
        newest = std::max(newest, baskets.day(basket));
    WeightedPairs out;
    out.item_count = baskets.item_count();
    std::vector<float> sums(baskets.item_count());
    for (User user = 0; user < baskets.user_count(); ++user) {
        for (std::size_t b = baskets.first_basket(user); b < baskets.end_basket(user); ++b) {
            const auto age = static_cast<double>(newest - baskets.day(b));
            const double weight = half_life_days > 0 ? std::exp2(-age / half_life_days) : 1;
            for (const Item item : distinct_items(baskets.items(b)))
                sums[item] += static_cast<float>(weight);
        }
        for (const Item item : distinct_items(baskets.items_of(user))) {
            out.items.push_back(item);
            out.weights.push_back(std::max(sums[item], std::numeric_limits<float>::min()));
            sums[item] = 0;
        }
        out.end_user();
    }
    return out;
}

Als::Als(std::size_t factors, double regularisation, double alpha)
    : factors_(factors), stride_(padded(factors)), regularisation_(regularisation), alpha_(alpha) {}

void Als::prepare() {
    item_products_ = MUST(gram(items_, stride_, {}));
}

// Learns one side by the other, in turns.
class AlsTraining {
public:
    AlsTraining(const AlsOptions& options, Als& als) : options_(options), als_(als) {}

    Result<void> run(const WeightedPairs& users) {
        const WeightedPairs items = transposed(users);
        begin(users);
        for (int iteration = 1; iteration <= options_.iterations; ++iteration) {
            TRY(solve_all(users, als_.items_, als_.users_));
            TRY(solve_all(items, als_.users_, als_.items_));
            if (options_.on_iteration) options_.on_iteration(iteration);
        }
        // Users are left as the last items have them, as fold_in() would.
        TRY(solve_all(users, als_.items_, als_.users_));
        return {};
    }

private:
    void begin(const WeightedPairs& users) {
        als_.users_.assign(users.user_count() * als_.stride_, 0);
        als_.items_.assign(users.item_count * als_.stride_, 0);
        os::Random random(options_.seed);
        for (std::size_t row = 0; row < users.item_count; ++row)
            for (std::size_t i = 0; i < als_.factors_; ++i)
                als_.items_[row * als_.stride_ + i] =
                    static_cast<float>(random.uniform() * first_factor_max);
    }
    Result<void> solve_all(
        const WeightedPairs& pairs, const std::vector<float>& others, std::vector<float>& mine
    ) {
        const std::vector<float> products = TRY(gram(others, als_.stride_, options_.work));
        const FactorProblem problem{
            als_.stride_,
            others.data(),
            products.data(),
            static_cast<float>(options_.regularisation),
            static_cast<float>(options_.alpha),
            options_.gradient_steps
        };
        const std::size_t rows = pairs.user_count();
        return for_each_part(options_.work, part_count(rows, rows_per_part), [&](std::size_t part) {
            const Span span = part_of(part, rows, rows_per_part);
            for (std::size_t row = span.begin; row < span.end; ++row) {
                const std::uint64_t first = pairs.first[row];
                solve(
                    problem,
                    {pairs.items.data() + first,
                     pairs.weights.data() + first,
                     pairs.first[row + 1] - first},
                    mine.data() + row * als_.stride_
                );
            }
        });
    }

    const AlsOptions& options_;
    Als& als_;
};

Result<std::unique_ptr<Als>> Als::make(const WeightedPairs& pairs, const AlsOptions& options) {
    TRY(check_options(options));
    TRY(check_pairs(pairs));
    std::unique_ptr<Als> made(new Als(options.factors, options.regularisation, options.alpha));
    TRY(AlsTraining(options, *made).run(pairs));
    made->prepare();
    return made;
}

std::vector<float> Als::fold_in(std::span<const Item> items, std::span<const float> weights) const {
    CHECK(items.size() == weights.size());
    std::vector<Item> known;
    std::vector<float> their_weights;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i] >= item_count() || !(weights[i] > 0)) continue;
        known.push_back(items[i]);
        their_weights.push_back(weights[i]);
    }
    std::vector<float> out(stride_);
    const FactorProblem problem{
        stride_,
        items_.data(),
        item_products_.data(),
        static_cast<float>(regularisation_),
        static_cast<float>(alpha_),
        fold_in_steps
    };
    solve(problem, {known.data(), their_weights.data(), known.size()}, out.data());
    out.resize(factors_);
    return out;
}

void Als::scores(std::span<const float> user_factors, std::span<float> out) const {
    CHECK(user_factors.size() == factors_ && out.size() == item_count());
    std::vector<float> row(user_factors.begin(), user_factors.end());
    row.resize(stride_);
    for (std::size_t item = 0; item < out.size(); ++item)
        out[item] = dot(row.data(), items_.data() + item * stride_, stride_);
}

std::vector<ScoredItem> Als::rank(
    std::span<const float> user_factors, std::size_t count, std::span<const Item> without
) const {
    std::vector<float> all(item_count());
    scores(user_factors, all);
    std::vector<ScoredItem> out;
    out.reserve(all.size());
    for (Item item = 0; item < all.size(); ++item)
        if (!std::ranges::binary_search(without, item)) out.push_back({item, all[item]});
    keep_best(out, count);
    return out;
}

std::vector<ScoredItem> Als::similar(Item to, std::size_t count) const {
    std::vector<ScoredItem> out;
    const float* mine = items_.data() + to * stride_;
    const float length = std::sqrt(dot(mine, mine, stride_));
    for (Item other = 0; other < item_count(); ++other) {
        const float* theirs = items_.data() + other * stride_;
        const float lengths = length * std::sqrt(dot(theirs, theirs, stride_));
        if (other != to && lengths > 0)
            out.push_back({other, dot(mine, theirs, stride_) / lengths});
    }
    keep_best(out, count);
    return out;
}

// Over all pairs, known or not: the products of both sides give the sum of squares without looking
// at each; what known pairs differ by is added.
double Als::loss(const WeightedPairs& pairs) const {
    const std::vector<float> users = MUST(gram(users_, stride_, {}));
    double sum = 0;
    for (std::size_t i = 0; i < users.size(); ++i)
        sum += static_cast<double>(users[i]) * static_cast<double>(item_products_[i]);
    for (std::size_t i = 0; i < stride_; ++i)
        sum += regularisation_ *
               static_cast<double>(users[i * stride_ + i] + item_products_[i * stride_ + i]);
    double confidence = static_cast<double>(user_count()) * static_cast<double>(item_count());
    for (std::size_t user = 0; user < pairs.user_count(); ++user)
        for (std::uint64_t i = pairs.first[user]; i < pairs.first[user + 1]; ++i) {
            const auto product = static_cast<double>(dot(
                users_.data() + user * stride_, items_.data() + pairs.items[i] * stride_, stride_
            ));
            const double weight = alpha_ * static_cast<double>(pairs.weights[i]);
            sum += (1 + weight) * (1 - product) * (1 - product) - product * product;
            confidence += weight;
        }
    return sum / confidence;
}

}  // namespace tradewind::learn
