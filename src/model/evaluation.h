// How good lists are, beside what was held out: the same figures for a model and its baselines.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "learn/learn.h"

namespace tradewind::model {

inline constexpr std::array<std::size_t, 3> list_sizes{5, 10, 20};

// JSON numbers: six digits behind the point are more than any sample tells.
json::Value number(double value);

class ListScores {
public:
    // `groups`: of each item, for diversity; empty: none.
    explicit ListScores(std::size_t item_count, std::vector<std::uint32_t> groups = {});

    // `set`: what the model would put into the basket. Without one the sets are the first so many
    // of the list, for each of set_sizes and for `own_size`.
    void add(
        std::span<const learn::Item> ranked,
        std::span<const learn::Item> truth,
        std::optional<std::span<const learn::Item>> set,
        std::size_t own_size = 0
    );
    std::size_t users() const { return users_; }
    // {"f1", "recall@5", …}. f1: of the sets, over all users; of lists without sets that of the
    // size that would have been best, in hindsight.
    json::Value metrics() const;

private:
    double f1() const;

    static constexpr std::size_t set_sizes_max = 30;
    std::vector<learn::RankingMean> means_;
    learn::ListCounter lists_;
    std::size_t users_ = 0;
    bool sets_ = false;
    double set_f1_ = 0;
    double own_size_f1_ = 0;
    std::array<double, set_sizes_max + 1> size_f1_{};
};

// {"repeat": {…}, "explore": {…}, "all": {…}} of lists beside whole baskets.
class SplitScores {
public:
    SplitScores();
    void add(
        std::span<const learn::Item> ranked,
        std::span<const learn::Item> truth,
        std::span<const learn::Item> earlier
    ) {
        for (auto& mean : means_) mean.add(ranked, truth, earlier);
    }
    json::Value values() const;

private:
    std::vector<learn::SplitRankingMean> means_;
};

json::Value to_json(const learn::ProbabilityValues& values);

}  // namespace tradewind::model
