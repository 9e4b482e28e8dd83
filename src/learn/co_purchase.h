// What is bought together: for each item the items that share baskets with it, counted over all
// baskets, and kept up to date by baskets that come in while it is read.
//
// A count is of baskets with both items, each basket weighing less the older it is. With
// `following` only those count in which the other item was put into the cart later, the nearer the
// more where `distance_half_life` says so: what comes next, not only what goes with it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "learn/baskets.h"
#include "learn/pair_counter.h"
#include "learn/work.h"

namespace tradewind::learn {

// How near item B is to item A. n: baskets in all.
enum class Closeness : std::uint8_t {
    Count,       // both
    Confidence,  // both / A: how likely B is where A is
    Lift,        // both * n / (A * B): how much likelier than without A
    Cosine,      // both / sqrt(A * B): between these two
};

struct CoPurchaseOptions {
    Closeness closeness = Closeness::Cosine;  // by which neighbours are kept
    std::size_t neighbours_max = 200;         // kept of each item
    double count_min = 2;                     // pairs that are seen less often are left out
    double half_life_days = 0;                // of a basket's weight; 0: all weigh the same
    bool following = false;
    double distance_half_life = 0;  // in places of the cart; 0: all distances weigh the same
    // Of a longer basket only the first so many different items count: pairs grow with the square.
    std::size_t basket_items_max = 500;
};

struct NextOptions {
    Closeness closeness = Closeness::Cosine;
    std::size_t count = 10;
    // What an item of the basket weighs beside the one that was put in after it.
    double recency = 1;
    // Only the latest so many items of the basket are looked at.
    std::size_t items_max = 100;
};

// Any thread may read while others add. 8 bytes a neighbour, about 60 an item; making it takes 8
// bytes for each line besides.
class CoPurchase {
public:
    // Cancelled, InvalidArgument (options out of range).
    static Result<std::unique_ptr<CoPurchase>> make(
        const Baskets& baskets, const CoPurchaseOptions& options, const Work& work
    );
    // Corruption: these are not the bytes of one.
    static Result<std::unique_ptr<CoPurchase>> from_bytes(std::string_view bytes);
    // As it is now; what is added meanwhile may be in it or not.
    std::string bytes() const;

    // A basket that came in. Pairs that are not among the neighbours kept begin at 0 and take the
    // place of the rarest where there are twice as many as are kept. Items that were unknown when
    // it was made are passed by: make it anew to take them in.
    void add(std::span<const Item> basket, float day = 0);

    std::size_t item_count() const { return rows_.size(); }
    // Baskets that hold the item, by their weights.
    float baskets_with(Item item) const { return totals_[item].load(std::memory_order_relaxed); }
    // The item's nearest, the best first; none for an unknown item.
    std::vector<ScoredItem> nearest(Item item, std::size_t count, Closeness closeness) const;
    // What goes into the cart next: the sum over the basket's items of how near each item is to
    // them; nothing that is in the basket. None when nothing of the basket is known.
    std::vector<ScoredItem> next(std::span<const Item> basket, const NextOptions& options) const;

private:
    struct Neighbour {
        Item item = 0;
        float both = 0;
    };
    using Row = std::vector<Neighbour>;  // by item

    CoPurchase(const CoPurchaseOptions& options, std::size_t items);
    static float near(Closeness closeness, float both, float a, float b, float n);
    float weight_of_day(float day) const;
    float weight_of_distance(std::size_t from, std::size_t to) const;
    void take_row(
        const PairCounter& counter,
        std::size_t rank,
        PairCounter::Scratch& scratch,
        std::vector<PairCounter::Pair>& pairs
    );
    void add_to_row(Item item, std::span<const Neighbour> others);
    static void insert(Row& row, Neighbour added, std::size_t size_max);
    void add_scores(Item item, float weight, Closeness closeness, std::vector<float>& scores) const;
    std::shared_mutex& lock_of(Item item) const { return locks_[item % lock_count]; }

    static constexpr std::size_t lock_count = 64;

    const CoPurchaseOptions options_;
    float newest_day_ = 0;
    std::vector<Row> rows_;
    std::vector<std::atomic<float>> totals_;
    std::atomic<float> baskets_ = 0;
    mutable std::vector<std::shared_mutex> locks_;
};

}  // namespace tradewind::learn
