// Next baskets by the user's own habits and those of his nearest neighbours (TIFU-KNN: Hu, He, Gao,
// Zhang, "Modeling Personalized Item Frequency Information for Next-basket Recommendation", 2020).
//
// A user's vector: his baskets in groups of `group_baskets`, counted from the newest backwards (the
// oldest may be smaller), each the mean of its baskets, the newer the heavier (`basket_decay` a
// basket); the mean of these, the newer the heavier (`group_decay` a group). What is recommended:
// `own_share` of that vector and the rest of the mean vector of the `neighbours` users whose
// vectors are nearest (Euclidean), himself left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "learn/baselines.h"
#include "learn/baskets.h"
#include "learn/work.h"

namespace tradewind::learn {

// The defaults did best on a sample of grocery orders; the paper has 900, 0.9, 0.7, 0.9, 3 for
// them.
struct TifuKnnOptions {
    std::size_t neighbours = 100;
    double basket_decay = 0.9;
    double group_decay = 0.5;
    double own_share = 0.7;
    std::size_t group_baskets = 3;
};

// Immutable; any thread. 16 bytes for each user and item that he bought, 8 a user, and for each
// call 4 bytes for each user and item there are. A call looks at every user who shares an item with
// the one that is asked for.
class TifuKnn {
public:
    // InvalidArgument: options out of range.
    static Result<TifuKnn> make(
        const Baskets& baskets, const TifuKnnOptions& options, const Work& work
    );
    // The best `count`; none for a user without history.
    std::vector<ScoredItem> rank(
        User user, std::size_t count, Candidates candidates = Candidates::All
    ) const;
    // His nearest users, the nearest first.
    std::vector<User> neighbours(User user) const;
    // His vector, by item.
    std::vector<ScoredItem> vector_of(User user) const;

private:
    struct Entry {
        std::uint32_t at = 0;  // item, or user
        float weight = 0;
    };
    struct Rows {
        std::vector<std::uint64_t> first{0};
        std::vector<Entry> entries;
        std::span<const Entry> row(std::size_t i) const {
            return std::span(entries).subspan(first[i], first[i + 1] - first[i]);
        }
    };

    explicit TifuKnn(TifuKnnOptions options) : options_(options) {}
    std::vector<Entry> vector_from(const Baskets& baskets, User user) const;
    void invert(std::size_t item_count);

    TifuKnnOptions options_;
    Rows users_;
    Rows items_;
    std::vector<float> norms_;  // squared length of each user's vector
    std::vector<User> with_history_;
};

}  // namespace tradewind::learn
