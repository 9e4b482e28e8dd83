#include "learn/tifu_knn.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace tradewind::learn {

namespace {

constexpr std::size_t users_per_part = 1024;

}  // namespace

Result<TifuKnn> TifuKnn::make(
    const Baskets& baskets, const TifuKnnOptions& options, const Work& work
) {
    const auto share = [](double x) { return x >= 0 && x <= 1; };
    if (options.group_baskets == 0 || !share(options.basket_decay) || !share(options.group_decay) ||
        !share(options.own_share))
        return Error(ErrorCode::InvalidArgument, "TIFU-KNN cannot work like this")
            .with_detail("Decays and the own share are 0 to 1, a group has at least 1 basket.");
    TifuKnn made(options);
    const std::size_t users = baskets.user_count();
    std::vector<std::vector<Entry>> vectors(users);
    TRY(for_each_part(work, part_count(users, users_per_part), [&](std::size_t part) {
        const Span span = part_of(part, users, users_per_part);
        for (std::size_t user = span.begin; user < span.end; ++user)
            vectors[user] = made.vector_from(baskets, static_cast<User>(user));
    }));
    made.norms_.resize(users);
    for (User user = 0; user < users; ++user) {
        auto& entries = made.users_.entries;
        entries.insert(entries.end(), vectors[user].begin(), vectors[user].end());
        made.users_.first.push_back(entries.size());
        for (const Entry& entry : vectors[user]) made.norms_[user] += entry.weight * entry.weight;
        if (!vectors[user].empty()) made.with_history_.push_back(user);
        vectors[user] = {};
    }
    made.invert(baskets.item_count());
    return made;
}

std::vector<TifuKnn::Entry> TifuKnn::vector_from(const Baskets& baskets, User user) const {
    const std::size_t count = baskets.baskets_of(user);
    if (count == 0) return {};
    const std::size_t size = options_.group_baskets;
    const std::size_t groups = part_count(count, size);
    std::vector<Entry> lines;
    for (std::size_t ago = 0; ago < count; ++ago) {
        const std::size_t group = ago / size;
        const std::size_t baskets_in_it = std::min(size, count - group * size);
        const double weight = std::pow(options_.basket_decay, static_cast<double>(ago % size)) *
                              std::pow(options_.group_decay, static_cast<double>(group)) /
                              static_cast<double>(baskets_in_it * groups);
        for (const Item item : distinct_items(baskets.items(baskets.end_basket(user) - 1 - ago)))
            lines.push_back({item, static_cast<float>(weight)});
    }
    std::ranges::stable_sort(lines, {}, &Entry::at);
    std::vector<Entry> out;
    for (const Entry& line : lines) {
        if (out.empty() || out.back().at != line.at) out.push_back({line.at, 0});
        out.back().weight += line.weight;
    }
    return out;
}

void TifuKnn::invert(std::size_t item_count) {
    items_.first.assign(item_count + 1, 0);
    for (const Entry& entry : users_.entries) ++items_.first[entry.at + 1];
    for (std::size_t i = 0; i < item_count; ++i) items_.first[i + 1] += items_.first[i];
    items_.entries.resize(users_.entries.size());
    std::vector<std::uint64_t> next(items_.first.begin(), items_.first.end() - 1);
    for (User user = 0; user < norms_.size(); ++user)
        for (const Entry& entry : users_.row(user))
            items_.entries[next[entry.at]++] = {user, entry.weight};
}

// Nearest by |v|² - 2 u·v, which orders as the distance does.
std::vector<User> TifuKnn::neighbours(User user) const {
    std::vector<float> products(norms_.size());
    for (const Entry& mine : users_.row(user))
        for (const Entry& theirs : items_.row(mine.at))
            products[theirs.at] += mine.weight * theirs.weight;
    struct Near {
        float distance;
        User user;
        bool operator<(const Near& other) const {
            return distance != other.distance ? distance < other.distance : user < other.user;
        }
    };
    std::vector<Near> near;
    near.reserve(with_history_.size());
    for (const User other : with_history_)
        if (other != user) near.push_back({norms_[other] - 2 * products[other], other});
    const auto end =
        near.begin() + static_cast<std::ptrdiff_t>(std::min(options_.neighbours, near.size()));
    if (end != near.end()) std::nth_element(near.begin(), end, near.end());
    std::sort(near.begin(), end);
    std::vector<User> out;
    for (auto at = near.begin(); at != end; ++at) out.push_back(at->user);
    return out;
}

std::vector<ScoredItem> TifuKnn::vector_of(User user) const {
    std::vector<ScoredItem> out;
    for (const Entry& entry : users_.row(user)) out.push_back({entry.at, entry.weight});
    return out;
}

std::vector<ScoredItem> TifuKnn::rank(User user, std::size_t count, Candidates candidates) const {
    const auto mine = users_.row(user);
    if (mine.empty()) return {};
    std::vector<float> scores(items_.first.size() - 1);
    const std::vector<User> near = neighbours(user);
    const auto own = static_cast<float>(near.empty() ? 1 : options_.own_share);
    for (const User other : near)
        for (const Entry& entry : users_.row(other)) scores[entry.at] += entry.weight;
    for (float& score : scores)
        score *= (1 - own) / static_cast<float>(std::max<std::size_t>(near.size(), 1));
    std::vector<std::uint8_t> bought(scores.size());
    for (const Entry& entry : mine) {
        scores[entry.at] += own * entry.weight;
        bought[entry.at] = 1;
    }
    std::vector<ScoredItem> out;
    for (Item item = 0; item < scores.size(); ++item) {
        if (scores[item] <= 0) continue;
        if (candidates == Candidates::Bought && bought[item] == 0) continue;
        if (candidates == Candidates::New && bought[item] != 0) continue;
        out.push_back({item, scores[item]});
    }
    keep_best(out, count);
    return out;
}

}  // namespace tradewind::learn
