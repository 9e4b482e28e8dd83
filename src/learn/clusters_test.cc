// Clusters that are there are found, whatever the seed; silhouettes and agreement are those of
// scikit-learn; hopeless rows are refused.
#include "learn/clusters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "os/random.h"

namespace tradewind::learn {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

// Clouds around (0, 0), (20, 0), (0, 20): 60, 40 and 20 rows, mixed.
Points clouds(std::vector<std::uint32_t>* truth = nullptr, double spread = 4) {
    os::Random random(5);
    Points out{2, {}};
    for (int i = 0; i < 120; ++i) {
        const int in_six = i % 6;
        const std::uint32_t cloud = in_six < 3 ? 0 : in_six < 5 ? 1 : 2;
        out.values.push_back((cloud == 1 ? 20 : 0) + (random.uniform() - 0.5) * spread);
        out.values.push_back((cloud == 2 ? 20 : 0) + (random.uniform() - 0.5) * spread);
        if (truth != nullptr) truth->push_back(cloud);
    }
    return out;
}

KmeansOptions options(std::size_t clusters, std::uint64_t seed = 1, int threads = 2) {
    KmeansOptions out;
    out.clusters = clusters;
    out.seed = seed;
    out.work.threads = threads;
    return out;
}

TEST(Kmeans, FindsWhatIsThereWithAnySeed) {
    std::vector<std::uint32_t> truth;
    const Points points = clouds(&truth);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Clusters found = MUST(kmeans(points, options(3, seed)));
        EXPECT_EQ(found.labels, truth) << "numbered by size, the largest first";
        EXPECT_THAT(found.sizes, ElementsAre(60, 40, 20));
        EXPECT_NEAR(found.centres.row(1)[0], 20, 0.5);
    }
}

TEST(Kmeans, CentresAreMeansAndLabelsNearest) {
    const Points points = clouds(nullptr, 60);
    const Clusters found = MUST(kmeans(points, options(5)));
    double inertia = 0;
    std::vector<double> sums(10);
    for (std::size_t row = 0; row < points.rows(); ++row) {
        const std::uint32_t own = found.labels[row];
        const double distance = squared_distance(points.row(row), found.centres.row(own));
        inertia += distance;
        for (std::uint32_t c = 0; c < 5; ++c)
            EXPECT_LE(distance, squared_distance(points.row(row), found.centres.row(c)) + 1e-9);
        for (std::size_t i = 0; i < 2; ++i) sums[own * 2 + i] += points.row(row)[i];
    }
    EXPECT_NEAR(found.inertia, inertia, 1e-6);
    for (std::size_t c = 0; c < 5; ++c)
        for (std::size_t i = 0; i < 2; ++i)
            EXPECT_NEAR(
                found.centres.row(c)[i], sums[c * 2 + i] / static_cast<double>(found.sizes[c]), 1e-9
            );
}

TEST(Kmeans, DoesNotDependOnThreads) {
    const Points points = clouds(nullptr, 60);
    const Clusters one = MUST(kmeans(points, options(6, 3, 1)));
    const Clusters three = MUST(kmeans(points, options(6, 3, 3)));
    EXPECT_EQ(one.labels, three.labels);
    EXPECT_EQ(one.centres.values, three.centres.values);
}

TEST(Kmeans, OfManyEqualRows) {
    Points points{1, std::vector<double>(50, 1.0)};
    points.values[7] = 2;
    points.values[9] = 3;
    const Clusters found = MUST(kmeans(points, options(3)));
    EXPECT_EQ(found.inertia, 0);
    EXPECT_THAT(found.sizes, ElementsAre(48, 1, 1));
    EXPECT_EQ(kmeans(points, options(4)).error().code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(MUST(kmeans(points, options(1))).sizes, ElementsAre(50));
}

TEST(Kmeans, RefusesWhatIsNoNumberAndIsCalledOff) {
    EXPECT_FALSE(kmeans({}, options(1)).ok());
    EXPECT_FALSE(kmeans({1, {1, NAN, 3}}, options(2)).ok());
    EXPECT_FALSE(kmeans({1, {1, 2}}, options(0)).ok());
    KmeansOptions off = options(2);
    off.work.cancelled = std::make_shared<std::atomic<bool>>(true);
    EXPECT_EQ(kmeans(clouds(), off).error().code(), ErrorCode::Cancelled);
}

// Expected by silhouette_samples of scikit-learn 1.9 on the same rows.
TEST(Silhouette, IsThatOfScikitLearn) {
    const Points points{2, {0, 0, 0, 1, 1, 0, 5, 5, 5, 6, 6, 5, 10, 0}};
    const std::vector<std::uint32_t> good{0, 0, 0, 1, 1, 1, 2};
    const Silhouette found = MUST(silhouette(points, good, {}));
    EXPECT_NEAR(found.mean, 0.7163280643, 1e-9);
    EXPECT_NEAR(found.by_cluster[0], (0.8677923 + 2 * 0.82493262) / 3, 1e-7);
    EXPECT_EQ(found.by_cluster[2], 0) << "a row for itself";
    const std::vector<std::uint32_t> bad{0, 0, 1, 1, 1, 0, 0};
    EXPECT_NEAR(MUST(silhouette(points, bad, {})).mean, -0.0977798495, 1e-9);
}

TEST(Silhouette, OfASampleIsNearThatOfAll) {
    std::vector<std::uint32_t> truth;
    const Points points = clouds(&truth, 20);
    const Silhouette all = MUST(silhouette(points, truth, {.threads = 1}));
    EXPECT_EQ(MUST(silhouette(points, truth, {.threads = 3})).mean, all.mean);
    const Silhouette some = MUST(silhouette(points, truth, {}, 60));
    EXPECT_EQ(some.rows, 60u);
    EXPECT_NEAR(some.mean, all.mean, 0.1);
    EXPECT_FALSE(silhouette(points, std::vector<std::uint32_t>(120), {}).ok()) << "one cluster";
    EXPECT_FALSE(silhouette(points, std::vector<std::uint32_t>(3), {}).ok());
}

TEST(ChooseClusters, TakesTheBestSilhouette) {
    const Points points = clouds();
    const ChosenClusters chosen = MUST(choose_clusters(points, 2, 6, options(0)));
    EXPECT_EQ(chosen.clusters.sizes.size(), 3u);
    EXPECT_EQ(chosen.tried.size(), 5u);
    EXPECT_EQ(chosen.tried[1], chosen.silhouette.mean);
    const Points three{1, {1, 5, 9, 9}};
    EXPECT_EQ(MUST(choose_clusters(three, 2, 10, options(0))).tried.size(), 2u)
        << "there are three different rows";
    EXPECT_FALSE(choose_clusters(points, 1, 3, options(0)).ok());
}

// Expected by adjusted_rand_score of scikit-learn 1.9.
TEST(AdjustedRandIndex, IsThatOfScikitLearn) {
    const std::vector<std::uint32_t> a{0, 0, 1, 1, 2, 2, 2};
    const std::vector<std::uint32_t> b{0, 0, 1, 2, 2, 2, 1};
    EXPECT_NEAR(adjusted_rand_index(a, b), 0.2125, 1e-12);
    const std::vector<std::uint32_t> renamed{7, 7, 3, 3, 5, 5, 5};
    EXPECT_EQ(adjusted_rand_index(a, renamed), 1) << "names do not count";
    EXPECT_EQ(
        adjusted_rand_index(
            std::vector<std::uint32_t>{0, 0, 0, 0}, std::vector<std::uint32_t>{0, 1, 2, 3}
        ),
        0
    );
    EXPECT_EQ(adjusted_rand_index({}, {}), 1);
}

}  // namespace
}  // namespace tradewind::learn
