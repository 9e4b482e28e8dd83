#include "learn/clusters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "os/random.h"

namespace tradewind::learn {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// One start: seeds, then Lloyd's steps.
class Start {
public:
    Start(const Points& points, std::size_t k, std::uint64_t seed)
        : points_(points), k_(k), random_(seed) {
        centres_.columns = points.columns;
    }

    Clusters run(int iterations_max, const Work& work) {
        choose_seeds();
        labels_.assign(points_.rows(), std::numeric_limits<std::uint32_t>::max());
        for (int i = 0; i < iterations_max && !work.is_cancelled(); ++i) {
            if (!assign()) break;
            move_centres();
        }
        return finish();
    }

private:
    // Each further seed is a row, by chance, the farther from those chosen the likelier.
    void choose_seeds() {
        const std::size_t n = points_.rows();
        std::vector<double> distances(n, infinity);
        std::size_t chosen = random_.below(n);
        for (std::size_t i = 0; i < k_; ++i) {
            centres_.add(points_.row(chosen));
            double total = 0;
            for (std::size_t row = 0; row < n; ++row) {
                distances[row] = std::min(
                    distances[row], squared_distance(points_.row(row), points_.row(chosen))
                );
                total += distances[row];
            }
            double left = random_.uniform() * total;
            chosen =
                static_cast<std::size_t>(std::ranges::max_element(distances) - distances.begin());
            for (std::size_t row = 0; row < n; ++row) {
                left -= distances[row];
                if (left >= 0 || distances[row] == 0) continue;
                chosen = row;
                break;
            }
        }
    }
    // Each row to its nearest centre. False: none changed.
    bool assign() {
        bool changed = false;
        inertia_ = 0;
        for (std::size_t row = 0; row < points_.rows(); ++row) {
            double nearest = infinity;
            std::uint32_t label = 0;
            for (std::uint32_t c = 0; c < k_; ++c) {
                const double distance = squared_distance(points_.row(row), centres_.row(c));
                if (distance >= nearest) continue;
                nearest = distance;
                label = c;
            }
            changed |= labels_[row] != label;
            labels_[row] = label;
            inertia_ += nearest;
        }
        return changed;
    }
    void move_centres() {
        std::vector<double> sums(centres_.values.size());
        sizes_.assign(k_, 0);
        for (std::size_t row = 0; row < points_.rows(); ++row) {
            ++sizes_[labels_[row]];
            for (std::size_t i = 0; i < points_.columns; ++i)
                sums[labels_[row] * points_.columns + i] += points_.row(row)[i];
        }
        for (std::size_t i = 0; i < sums.size(); ++i)
            if (const auto size = sizes_[i / points_.columns]; size > 0)
                centres_.values[i] = sums[i] / static_cast<double>(size);
        for (std::uint32_t c = 0; c < k_; ++c)
            if (sizes_[c] == 0) take_farthest(c);
    }
    // A centre that lost all its rows goes to the row that is farthest from its own.
    void take_farthest(std::uint32_t centre) {
        std::size_t farthest = 0;
        double most = -1;
        for (std::size_t row = 0; row < points_.rows(); ++row) {
            const double distance = squared_distance(points_.row(row), centres_.row(labels_[row]));
            if (distance <= most || sizes_[labels_[row]] < 2) continue;
            most = distance;
            farthest = row;
        }
        --sizes_[labels_[farthest]];
        labels_[farthest] = centre;
        sizes_[centre] = 1;
        std::ranges::copy(
            points_.row(farthest),
            centres_.values.begin() + static_cast<std::ptrdiff_t>(centre * points_.columns)
        );
    }
    // The largest cluster first; of equal ones the one whose centre is smaller.
    Clusters finish() {
        sizes_.assign(k_, 0);
        for (const std::uint32_t label : labels_) ++sizes_[label];
        std::vector<std::uint32_t> order(k_);
        std::iota(order.begin(), order.end(), 0u);
        std::ranges::sort(order, [this](std::uint32_t a, std::uint32_t b) {
            if (sizes_[a] != sizes_[b]) return sizes_[a] > sizes_[b];
            return std::ranges::lexicographical_compare(centres_.row(a), centres_.row(b));
        });
        Clusters out;
        out.centres.columns = points_.columns;
        out.inertia = inertia_;
        std::vector<std::uint32_t> place(k_);
        for (std::uint32_t i = 0; i < k_; ++i) {
            place[order[i]] = i;
            out.centres.add(centres_.row(order[i]));
            out.sizes.push_back(sizes_[order[i]]);
        }
        for (const std::uint32_t label : labels_) out.labels.push_back(place[label]);
        return out;
    }

    const Points& points_;
    const std::size_t k_;
    os::Random random_;
    Points centres_;
    std::vector<std::uint32_t> labels_;
    std::vector<std::size_t> sizes_;
    double inertia_ = 0;
};

Result<void> check(const Points& points, const KmeansOptions& options) {
    TRY(standard_of(points));
    std::set<std::vector<double>> different;
    for (std::size_t row = 0; row < points.rows() && different.size() < options.clusters; ++row)
        different.emplace(points.row(row).begin(), points.row(row).end());
    if (options.clusters > 0 && options.starts > 0 && different.size() >= options.clusters)
        return {};
    return Error(ErrorCode::InvalidArgument, "there are not so many clusters to be found")
        .with_detail(
            std::to_string(options.clusters) + " clusters are wanted of " +
            std::to_string(different.size()) + " different rows."
        );
}

}  // namespace

Result<Clusters> kmeans(const Points& points, const KmeansOptions& options) {
    TRY(check(points, options));
    os::Random seeds(options.seed);
    std::vector<std::uint64_t> seed(static_cast<std::size_t>(options.starts));
    for (auto& one : seed) one = seeds.next();
    std::vector<Clusters> made(seed.size());
    TRY(for_each_part(options.work, seed.size(), [&](std::size_t start) {
        made[start] =
            Start(points, options.clusters, seed[start]).run(options.iterations_max, options.work);
    }));
    if (options.work.is_cancelled()) return Error(ErrorCode::Cancelled, "called off");
    return std::move(*std::ranges::min_element(made, {}, &Clusters::inertia));
}

Result<ChosenClusters> choose_clusters(
    const Points& points, std::size_t least, std::size_t most, const KmeansOptions& options
) {
    if (least < 2 || most < least)
        return Error(ErrorCode::InvalidArgument, "clusters to choose from are 2 or more");
    ChosenClusters out;
    for (std::size_t k = least; k <= most; ++k) {
        KmeansOptions some = options;
        some.clusters = k;
        auto clusters = kmeans(points, some);
        if (!clusters.ok() && k > least && clusters.error().code() == ErrorCode::InvalidArgument)
            break;  // there are not so many different rows
        Clusters made = TRY(std::move(clusters));
        Silhouette judged = TRY(silhouette(points, made.labels, options.work));
        out.tried.push_back(judged.mean);
        if (k > least && judged.mean <= out.silhouette.mean) continue;
        out.clusters = std::move(made);
        out.silhouette = std::move(judged);
    }
    return out;
}

double adjusted_rand_index(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
    CHECK(a.size() == b.size());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> both;
    for (std::size_t i = 0; i < a.size(); ++i) both.emplace_back(a[i], b[i]);
    const auto pairs_within = [](auto values) {
        std::ranges::sort(values);
        double sum = 0;
        for (auto at = values.begin(); at != values.end();) {
            const auto end =
                std::find_if(at, values.end(), [&](const auto& x) { return x != *at; });
            const auto n = static_cast<double>(end - at);
            sum += n * (n - 1) / 2;
            at = end;
        }
        return sum;
    };
    const double together = pairs_within(both);
    const double of_a = pairs_within(std::vector<std::uint32_t>(a.begin(), a.end()));
    const double of_b = pairs_within(std::vector<std::uint32_t>(b.begin(), b.end()));
    const auto n = static_cast<double>(a.size());
    const double all = n * (n - 1) / 2;
    const double by_chance = all > 0 ? of_a * of_b / all : 0;
    const double most = (of_a + of_b) / 2;
    return most == by_chance ? 1 : (together - by_chance) / (most - by_chance);
}

}  // namespace tradewind::learn
