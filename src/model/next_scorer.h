// What comes next into the cart: the sum of what the user's habits, his baskets like this one, what
// goes together, what is put in after each other, and popularity say of an item.
//
//   habit       of the user's baskets, each weighing `memory` of the one after it, those with the
//               item
//   likeness    the same, each weighing besides as many items as it shares with the cart
//   together    how likely the item is where one of the cart's is; the latest count most
//   after_last, after_second_last
//               how often it is put in within five places after the cart's last items
//   popularity  in how many of all baskets it is
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/history.h"
#include "model/kinds.h"

namespace tradewind::model {

struct NextWeights {
    explicit NextWeights(const ModelSpec& spec);
    double habit;
    double likeness;
    double together;
    double after_last;
    double after_second_last;
    double popularity;
    double memory;
    double smoothing;
};

// The strongest part of a score.
enum class NextReason { Habit, Likeness, Together, After, Popular };
struct NextItem {
    learn::Item item = 0;
    float score = 0;
    NextReason reason = NextReason::Popular;
    float value = 0;          // of a habit or of popularity: the share of baskets
    learn::Item because = 0;  // of Together and After: which item of the cart
};

// Any thread may ask while others add.
class NextScorer {
public:
    static Result<NextScorer> make(
        const learn::Baskets& baskets, const ModelSpec& spec, const learn::Work& work
    );
    static Result<NextScorer> from(
        const StoredVersion& version, const ModelSpec& spec, std::size_t items
    );
    Result<void> to(std::map<std::string, std::string>& files) const;

    // The best; nothing that is in the cart. `user`: nothing where he is not known.
    std::vector<NextItem> next(
        std::optional<learn::User> user, std::span<const learn::Item> cart, std::size_t count
    ) const;
    // A basket that came in; the user may be unknown.
    void add(std::optional<learn::User> user, std::span<const learn::Item> basket) const;

private:
    struct Parts;
    class Scores;

    explicit NextScorer(const ModelSpec& spec) : weights_(spec) {}
    void add_habits(learn::User user, std::span<const learn::Item> cart, Scores& scores) const;
    void add_together(std::span<const learn::Item> cart, Scores& scores) const;
    void add_after(learn::Item item, double weight, Scores& scores) const;
    void add_popular_list();

    NextWeights weights_;
    std::unique_ptr<learn::CoPurchase> together_;
    std::unique_ptr<learn::CoPurchase> after_;
    std::unique_ptr<History> history_;
    std::vector<float> popular_;             // share of baskets, by item
    std::vector<learn::Item> most_popular_;  // the first so many
};

}  // namespace tradewind::model
