#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "learn/clusters.h"
#include "os/random.h"

namespace tradewind::learn {

namespace {

constexpr std::size_t rows_per_part = 128;

// Rows to look at, in order; all, or a sample.
std::vector<std::size_t> sample(std::size_t rows, std::size_t most, std::uint64_t seed) {
    std::vector<std::size_t> all(rows);
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (rows <= most) return all;
    os::Random random(seed);
    for (std::size_t i = 0; i < most; ++i) std::swap(all[i], all[i + random.below(rows - i)]);
    all.resize(most);
    std::ranges::sort(all);
    return all;
}

// Of one row: (distance to the nearest other cluster - distance within its own) by the greater.
double of_row(
    std::size_t self,
    const Points& points,
    std::span<const std::uint32_t> labels,
    const std::vector<std::size_t>& rows,
    const std::vector<double>& sizes
) {
    const std::uint32_t own = labels[rows[self]];
    if (sizes[own] < 2) return 0;
    std::vector<double> sums(sizes.size());
    for (const std::size_t other : rows)
        sums[labels[other]] +=
            std::sqrt(squared_distance(points.row(rows[self]), points.row(other)));
    const double within = sums[own] / (sizes[own] - 1);
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t cluster = 0; cluster < sizes.size(); ++cluster)
        if (cluster != own && sizes[cluster] > 0)
            nearest = std::min(nearest, sums[cluster] / sizes[cluster]);
    const double greater = std::max(within, nearest);
    return greater == 0 ? 0 : (nearest - within) / greater;
}

}  // namespace

Result<Silhouette> silhouette(
    const Points& points,
    std::span<const std::uint32_t> labels,
    const Work& work,
    std::size_t rows_max,
    std::uint64_t seed
) {
    if (labels.size() != points.rows())
        return Error(ErrorCode::InvalidArgument, "there are not as many labels as rows");
    const std::vector<std::size_t> rows = sample(points.rows(), rows_max, seed);
    const std::uint32_t clusters = labels.empty() ? 0 : std::ranges::max(labels) + 1;
    std::vector<double> sizes(clusters);
    for (const std::size_t row : rows) ++sizes[labels[row]];
    if (std::ranges::count_if(sizes, [](double size) { return size > 0; }) < 2)
        return Error(ErrorCode::InvalidArgument, "one cluster alone has no silhouette");
    std::vector<double> values(rows.size());
    TRY(for_each_part(work, part_count(rows.size(), rows_per_part), [&](std::size_t part) {
        const Span span = part_of(part, rows.size(), rows_per_part);
        for (std::size_t i = span.begin; i < span.end; ++i)
            values[i] = of_row(i, points, labels, rows, sizes);
    }));
    Silhouette out{0, std::vector<double>(clusters), rows.size()};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        out.mean += values[i] / static_cast<double>(rows.size());
        out.by_cluster[labels[rows[i]]] += values[i] / sizes[labels[rows[i]]];
    }
    return out;
}

}  // namespace tradewind::learn
