// What the training, the evaluation and the serving of buy_again share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/feature_rows.h"
#include "model/kinds.h"

namespace tradewind::model {

// Trees over a user's features for an item he bought before, and what makes their outcome a
// probability.
struct BuyAgain {
    std::vector<std::string> columns;
    std::shared_ptr<const learn::Trees> trees;
    learn::Calibration calibration;

    // Corruption: the version's files are not what they should be.
    static Result<BuyAgain> from(const StoredVersion& version);
    Result<void> to(Learnt& learnt) const;
    float probability(float raw) const { return calibration(raw); }
};

// A candidate: an item that the user bought before.
struct Candidate {
    std::uint32_t user = 0;
    std::uint32_t item = 0;
    float probability = 0;
    bool bought = false;
};

// All candidates of a fold, by user, each user's most probable first.
Result<std::vector<Candidate>> score_fold(
    const Training& training, const BuyAgain& model, const std::string& fold
);
// Users of it, one after the other.
template <typename Take>
void by_user(const std::vector<Candidate>& candidates, Take take) {
    for (std::size_t begin = 0; begin < candidates.size();) {
        std::size_t end = begin;
        while (end < candidates.size() && candidates[end].user == candidates[begin].user) ++end;
        take(std::span(candidates).subspan(begin, end - begin));
        begin = end;
    }
}

// The items that belong into the basket, most probable first: the set of the greatest expected F1.
std::vector<learn::Item> best_basket(std::span<const Candidate> candidates);

// Each user's list as of now, with reasons.
Result<Lists> again_lists(const Training& training, const BuyAgain& model);

}  // namespace tradewind::model
