#include "learn/best_set.h"

#include <algorithm>
#include <numeric>

namespace tradewind::learn {

namespace {

struct Likely {
    double probability = 0;
    std::uint32_t place = 0;
};

std::vector<Likely> by_probability(std::span<const float> probabilities) {
    std::vector<Likely> out;
    for (std::uint32_t place = 0; place < probabilities.size(); ++place)
        if (probabilities[place] > 0)
            out.push_back({std::min(static_cast<double>(probabilities[place]), 1.0), place});
    std::ranges::sort(out, [](const Likely& a, const Likely& b) {
        return a.probability != b.probability ? a.probability > b.probability : a.place < b.place;
    });
    if (out.size() > best_set_items_max) out.resize(best_set_items_max);
    return out;
}

// hits[k][j]: that j of the first k are bought.
std::vector<std::vector<double>> hits_of_first(const std::vector<Likely>& items, std::size_t most) {
    std::vector<std::vector<double>> hits{{1.0}};
    for (std::size_t k = 1; k <= most; ++k) {
        const double p = items[k - 1].probability;
        std::vector<double> now(k + 1);
        for (std::size_t j = 0; j <= k; ++j) {
            const double bought = j > 0 ? hits[k - 1][j - 1] * p : 0;
            now[j] = bought + (j < k ? hits[k - 1][j] * (1 - p) : 0);
        }
        hits.push_back(std::move(now));
    }
    return hits;
}

// Expected F1 of the first k, for each k from 0 to `most`; that of the empty set is left 0. Goes
// from all items down to k: rest[a] is the mean of 1 / (a + bought of those behind k).
std::vector<double> expected_f1(const std::vector<Likely>& items, std::size_t most) {
    const auto hits = hits_of_first(items, most);
    std::vector<double> rest(items.size() + most + 2);
    for (std::size_t a = 1; a < rest.size(); ++a) rest[a] = 1 / static_cast<double>(a);
    std::vector<double> out(most + 1);
    for (std::size_t k = items.size(); k > 0; --k) {
        for (std::size_t j = 1; k <= most && j <= k; ++j)
            out[k] += 2 * static_cast<double>(j) * hits[k][j] * rest[k + j];
        const double p = items[k - 1].probability;
        const std::size_t needed = k + most;
        for (std::size_t a = 1; a < needed; ++a) rest[a] = p * rest[a + 1] + (1 - p) * rest[a];
    }
    return out;
}

}  // namespace

BestSet best_set(std::span<const float> probabilities, const BestSetOptions& options) {
    const std::vector<Likely> items = by_probability(probabilities);
    double none = 1;
    for (const Likely& item : items) none *= 1 - item.probability;
    const double empty = std::clamp(options.empty_probability.value_or(none), 0.0, 1.0);
    std::vector<double> f1 = expected_f1(items, std::min(options.size_max, items.size()));
    for (double& value : f1) value *= none < 1 ? (1 - empty) / (1 - none) : 0;
    f1[0] = empty;
    const auto best = static_cast<std::size_t>(std::ranges::max_element(f1) - f1.begin());
    BestSet out{.chosen = {}, .expected_f1 = f1[best]};
    for (std::size_t i = 0; i < best; ++i) out.chosen.push_back(items[i].place);
    return out;
}

}  // namespace tradewind::learn
