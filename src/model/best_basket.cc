#include "model/buy_again.h"

namespace tradewind::model {

std::vector<learn::Item> best_basket(std::span<const Candidate> candidates) {
    std::vector<float> probabilities;
    probabilities.reserve(candidates.size());
    for (const Candidate& one : candidates) probabilities.push_back(one.probability);
    std::vector<learn::Item> items;
    for (const std::uint32_t place : learn::best_set(probabilities).chosen)
        items.push_back(candidates[place].item);
    return items;
}

}  // namespace tradewind::model
