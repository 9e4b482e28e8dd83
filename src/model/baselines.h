// What buy_again must be better than, on the same data.
#pragma once

#include <optional>
#include <vector>

#include "learn/learn.h"
#include "model/kinds.h"

namespace tradewind::model {

class Baselines {
public:
    // `before` outlives this: the baskets that may be looked at.
    static Result<Baselines> make(const learn::Baskets& before, const Training& training);

    // Earlier items of the user: what he bought most often, the latest first among equals.
    std::vector<learn::Item> user_top(learn::User user) const;
    // Those of his last basket, in its order.
    std::vector<learn::Item> last_basket(learn::User user) const;
    // Likewise, as TIFU-KNN ranks them.
    std::vector<learn::Item> tifu(learn::User user) const;

private:
    // Longer than any list that is measured.
    static constexpr std::size_t list_length = 100;

    explicit Baselines(const learn::Baskets& before) : before_(&before), popular_(before) {}

    const learn::Baskets* before_;
    learn::Popular popular_;
    std::optional<learn::TifuKnn> tifu_;
};

}  // namespace tradewind::model
