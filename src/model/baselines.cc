#include "model/baselines.h"

namespace tradewind::model {

namespace {

std::vector<learn::Item> items_of(const std::vector<learn::ScoredItem>& scored) {
    std::vector<learn::Item> items;
    items.reserve(scored.size());
    for (const learn::ScoredItem& one : scored) items.push_back(one.item);
    return items;
}

}  // namespace

Result<Baselines> Baselines::make(const learn::Baskets& before, const Training& training) {
    Baselines baselines(before);
    baselines.tifu_ = TRY(learn::TifuKnn::make(before, {}, training.work));
    return baselines;
}

std::vector<learn::Item> Baselines::user_top(learn::User user) const {
    return items_of(
        learn::user_top(*before_, popular_, user, list_length, learn::Candidates::Bought)
    );
}

std::vector<learn::Item> Baselines::last_basket(learn::User user) const {
    if (before_->baskets_of(user) == 0) return {};
    const auto items = before_->items(before_->end_basket(user) - 1);
    return {items.begin(), items.end()};
}

std::vector<learn::Item> Baselines::tifu(learn::User user) const {
    return items_of(tifu_->rank(user, list_length, learn::Candidates::Bought));
}

}  // namespace tradewind::model
