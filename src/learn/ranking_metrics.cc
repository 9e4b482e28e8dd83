#include "learn/ranking_metrics.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/check.h"

namespace tradewind::learn {

namespace {

std::vector<Item> distinct(std::span<const Item> items) {
    std::vector<Item> out(items.begin(), items.end());
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

double gain(std::size_t rank) {
    return 1 / std::log2(static_cast<double>(rank) + 1);
}

double ideal(std::size_t items) {
    double sum = 0;
    for (std::size_t rank = 1; rank <= items; ++rank) sum += gain(rank);
    return sum;
}

double harmonic(double a, double b) {
    return a + b == 0 ? 0 : 2 * a * b / (a + b);
}

struct Hits {
    std::size_t count = 0;
    double gains = 0;
};

Hits hits_of(std::span<const Item> ranked, const std::vector<Item>& truth, std::size_t k) {
    Hits hits;
    std::vector<std::uint8_t> seen(truth.size());
    for (std::size_t i = 0; i < std::min(k, ranked.size()); ++i) {
        const auto found = std::ranges::lower_bound(truth, ranked[i]);
        if (found == truth.end() || *found != ranked[i]) continue;
        std::uint8_t& before = seen[static_cast<std::size_t>(found - truth.begin())];
        if (before != 0) continue;
        before = 1;
        ++hits.count;
        hits.gains += gain(i + 1);
    }
    return hits;
}

}  // namespace

RankingValues rank_values(
    std::span<const Item> ranked, std::span<const Item> truth, std::size_t k
) {
    CHECK(k > 0);
    const std::vector<Item> wanted = distinct(truth);
    if (wanted.empty()) return {};
    const Hits hits = hits_of(ranked, wanted, k);
    RankingValues out;
    out.recall = static_cast<double>(hits.count) / static_cast<double>(wanted.size());
    out.precision = static_cast<double>(hits.count) / static_cast<double>(k);
    out.f1 = harmonic(out.recall, out.precision);
    out.hit_rate = hits.count > 0 ? 1 : 0;
    out.ndcg = hits.gains / ideal(wanted.size());
    out.ndcg_cut = hits.gains / ideal(std::min(k, wanted.size()));
    return out;
}

void RankingMean::add(std::span<const Item> ranked, std::span<const Item> truth) {
    if (truth.empty()) return;
    const RankingValues values = rank_values(ranked, truth, k_);
    ++users_;
    sum_.recall += values.recall;
    sum_.precision += values.precision;
    sum_.f1 += values.f1;
    sum_.hit_rate += values.hit_rate;
    sum_.ndcg += values.ndcg;
    sum_.ndcg_cut += values.ndcg_cut;
}

RankingValues RankingMean::mean() const {
    const auto users = static_cast<double>(std::max<std::size_t>(users_, 1));
    return {
        sum_.recall / users,
        sum_.precision / users,
        sum_.f1 / users,
        sum_.hit_rate / users,
        sum_.ndcg / users,
        sum_.ndcg_cut / users,
    };
}

void SplitRankingMean::add(
    std::span<const Item> ranked, std::span<const Item> truth, std::span<const Item> earlier
) {
    std::vector<Item> repeated;
    std::vector<Item> explored;
    for (const Item item : truth)
        (std::ranges::binary_search(earlier, item) ? repeated : explored).push_back(item);
    all_.add(ranked, truth);
    repeat_.add(ranked, repeated);
    explore_.add(ranked, explored);
}

double set_f1(std::span<const Item> predicted, std::span<const Item> truth) {
    const std::vector<Item> a = distinct(predicted);
    const std::vector<Item> b = distinct(truth);
    if (a.empty() && b.empty()) return 1;
    const auto both =
        std::ranges::count_if(a, [&b](Item item) { return std::ranges::binary_search(b, item); });
    return 2 * static_cast<double>(both) / static_cast<double>(a.size() + b.size());
}

ListCounter::ListCounter(std::size_t item_count, std::vector<std::uint32_t> groups)
    : counts_(item_count), groups_(std::move(groups)) {
    CHECK(groups_.empty() || groups_.size() == item_count);
}

// Pairs of the same group are counted group by group: a list of 10,000 items has 50 million pairs.
void ListCounter::add(std::span<const Item> list) {
    const std::vector<Item> items = distinct(list);
    std::unordered_map<std::uint32_t, double> sizes;
    for (const Item item : items) {
        CHECK(item < counts_.size());
        ++counts_[item];
        ++sizes[groups_.empty() ? item : groups_[item]];
    }
    ++lists_;
    if (items.size() < 2) return;
    const auto n = static_cast<double>(items.size());
    double same = 0;
    for (const auto& [group, size] : sizes) same += size * (size - 1);
    diversity_ += 1 - same / (n * (n - 1));
    ++lists_of_pairs_;
}

ListValues ListCounter::values() const {
    ListValues out{.lists = lists_};
    std::vector<std::uint64_t> sorted = counts_;
    std::ranges::sort(sorted);
    double total = 0;
    double weighted = 0;
    std::size_t shown = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        total += static_cast<double>(sorted[i]);
        weighted += static_cast<double>(i + 1) * static_cast<double>(sorted[i]);
        if (sorted[i] > 0) ++shown;
    }
    const auto n = static_cast<double>(sorted.size());
    if (total > 0) out.gini = 2 * weighted / (n * total) - (n + 1) / n;
    if (n > 0) out.coverage = static_cast<double>(shown) / n;
    if (lists_of_pairs_ > 0) out.diversity = diversity_ / static_cast<double>(lists_of_pairs_);
    return out;
}

}  // namespace tradewind::learn
