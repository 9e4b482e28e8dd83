// Factors of users and items, so that their products say what a user likes: alternating least
// squares on implicit feedback (Hu, Koren, Volinsky, "Collaborative Filtering for Implicit Feedback
// Datasets", 2008), each step solved approximately by conjugate gradients (Takács, Pilászy, Tikk,
// 2011).
//
// A pair of user and item with the weight w is a 1 with the confidence 1 + alpha * w, every other
// pair is a 0 with the confidence 1. What is made least is the sum of
// confidence * (target - product)², and regularisation * (squared factors).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "learn/baskets.h"
#include "learn/work.h"

namespace tradewind::learn {

// Items of each user, each once, with weights above 0. 8 bytes a pair.
struct WeightedPairs {
    std::vector<std::uint64_t> first{0};  // of each user, and the end
    std::vector<Item> items;
    std::vector<float> weights;
    std::size_t item_count = 0;

    std::size_t user_count() const { return first.size() - 1; }
    // After all pairs of a user were put behind items and weights.
    void end_user() { first.push_back(items.size()); }
};

// In how many of his baskets each user has an item; with a half-life a basket that is so many days
// older than the newest of all counts half.
WeightedPairs count_pairs(const Baskets& baskets, double half_life_days = 0);

struct AlsOptions {
    std::size_t factors = 64;
    int iterations = 15;
    double regularisation = 0.01;
    double alpha = 1;
    int gradient_steps = 3;
    std::uint64_t seed = 1;
    Work work;
    std::function<void(int iteration)> on_iteration;  // after each, from 1; may be empty
};

// Immutable; any thread. 4 bytes a factor (their number rounded up to 8) of each user and item;
// making it takes 16 bytes a pair besides those given.
class Als {
public:
    // InvalidArgument: no pairs, an item beyond item_count or twice of one user, a weight that is
    // not above 0, options out of range. Cancelled.
    static Result<std::unique_ptr<Als>> make(const WeightedPairs& pairs, const AlsOptions& options);
    // Corruption: these are not the bytes of one.
    static Result<std::unique_ptr<Als>> from_bytes(std::string_view bytes);
    std::string bytes() const;

    std::size_t factor_count() const { return factors_; }
    std::size_t user_count() const { return users_.size() / stride_; }
    std::size_t item_count() const { return items_.size() / stride_; }
    std::span<const float> user(User user) const {
        return std::span(users_).subspan(user * stride_, factors_);
    }
    std::span<const float> item(Item item) const {
        return std::span(items_).subspan(item * stride_, factors_);
    }

    // Factors of a user who was not there: as if the items were his, with these weights. Items that
    // are not known are passed by.
    std::vector<float> fold_in(std::span<const Item> items, std::span<const float> weights) const;
    // The product with every item; `out` has a place for each.
    void scores(std::span<const float> user_factors, std::span<float> out) const;
    // The best items but for those of `without` (sorted).
    std::vector<ScoredItem> rank(
        std::span<const float> user_factors, std::size_t count, std::span<const Item> without = {}
    ) const;
    // Items whose factors point the same way, by cosine; without the item itself.
    std::vector<ScoredItem> similar(Item item, std::size_t count) const;

    // What is made least, by the sum of all confidences.
    double loss(const WeightedPairs& pairs) const;

private:
    friend class AlsTraining;
    Als(std::size_t factors, double regularisation, double alpha);
    void prepare();

    std::size_t factors_;
    std::size_t stride_;  // factors, rounded up; those beyond are 0
    double regularisation_;
    double alpha_;
    std::vector<float> users_;
    std::vector<float> items_;
    std::vector<float> item_products_;  // of items with each other, for fold_in()
};

}  // namespace tradewind::learn
