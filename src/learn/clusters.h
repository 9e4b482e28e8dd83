// Groups of rows that are like each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "learn/points.h"
#include "learn/work.h"

namespace tradewind::learn {

struct KmeansOptions {
    std::size_t clusters = 4;
    int starts = 10;
    int iterations_max = 300;
    std::uint64_t seed = 1;
    Work work;
};

struct Clusters {
    std::vector<std::uint32_t> labels;  // of each row; the largest cluster is 0
    Points centres;
    std::vector<std::size_t> sizes;
    double inertia = 0;  // sum of squared distances to the centres
};

// The best of several starts by k-means++ (Arthur, Vassilvitskii 2007), each brought to where no
// row changes its cluster. Rows are taken as they are: bring them to a standard before.
// InvalidArgument: no rows, a value that is no number, more clusters than different rows.
// Cancelled.
Result<Clusters> kmeans(const Points& points, const KmeansOptions& options);

// How well rows lie in their clusters: 1 very well, 0 between two, under 0 wrong (Rousseeuw 1987).
// A row that is a cluster for itself counts 0.
struct Silhouette {
    double mean = 0;
    std::vector<double> by_cluster;
    std::size_t rows = 0;  // that it was computed of
};
// Of more rows a seeded sample of so many is taken: time grows with the square.
inline constexpr std::size_t silhouette_rows_max = 10'000;
// InvalidArgument: fewer than two clusters, labels that do not fit.
Result<Silhouette> silhouette(
    const Points& points,
    std::span<const std::uint32_t> labels,
    const Work& work,
    std::size_t rows_max = silhouette_rows_max,
    std::uint64_t seed = 1
);

// k-means with the k of [least, most] whose mean silhouette is best; ties to the smaller.
struct ChosenClusters {
    Clusters clusters;
    Silhouette silhouette;
    std::vector<double> tried;  // mean silhouettes, from `least` on
};
Result<ChosenClusters> choose_clusters(
    const Points& points, std::size_t least, std::size_t most, const KmeansOptions& options
);

// How far two ways to group the same rows agree: 1 entirely, about 0 by chance (Hubert, Arabie
// 1985). CHECKs that there are as many labels.
double adjusted_rand_index(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

}  // namespace tradewind::learn
