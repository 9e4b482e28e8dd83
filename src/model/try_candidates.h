// Items that a user never bought and may try, each with what is known of the pair: from baskets
// that lie before a cut, and from nothing else.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/kinds.h"

namespace tradewind::model {

// Rows of one or more users, one behind the other.
struct TryRows {
    std::vector<learn::User> users;
    std::vector<learn::Item> items;
    std::vector<learn::Item> because;  // the user's item that goes best with it, or itself
    std::vector<float> values;         // row by row

    std::size_t size() const { return items.size(); }
    void append(TryRows&& more);
};

class TryCandidates {
public:
    // `baskets` and what `training` names outlive this.
    static Result<TryCandidates> make(const learn::Baskets& baskets, const Training& training);

    // Names of the numbers, in their order.
    std::vector<std::string> features() const;
    // Of these users, in their order; on several threads.
    Result<TryRows> rows(const std::vector<learn::User>& users, const learn::Work& work) const;
    const learn::Popular& popular() const { return popular_; }
    // Share of users who ever bought it.
    float tried(learn::Item item) const;
    // What the user bought, sorted.
    std::vector<learn::Item> bought(learn::User user) const;

private:
    struct Pair;
    class Collected;
    struct Tastes;

    TryCandidates(const learn::Baskets& baskets, const Training& training);
    void count_buyers();
    void count_groups();
    Tastes tastes_of(learn::User user) const;
    void add_alike(const Tastes& tastes, Collected& collected) const;
    void keep_best(Collected& collected) const;
    void add_rows(learn::User user, TryRows& rows) const;
    void add_values(
        const Tastes& tastes, learn::User user, learn::Item item, const Pair& pair, TryRows& rows
    ) const;

    const learn::Baskets* baskets_;
    const Shop* shop_;
    std::size_t candidates_max_;
    learn::Popular popular_;
    std::vector<float> buyers_;     // users, by item
    std::vector<float> newcomers_;  // of them, those whose first was not in their first basket
    std::vector<learn::Item> most_tried_;
    std::vector<std::vector<float>> group_shares_;  // of all first purchases, by grouping and group
    std::unique_ptr<learn::CoPurchase> of_users_;   // bought by the same users
    std::unique_ptr<learn::CoPurchase> of_baskets_;  // in the same baskets
    std::unique_ptr<learn::Als> als_;
};

}  // namespace tradewind::model
