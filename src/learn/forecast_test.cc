// Forecasts of series that are known to go on in a certain way; bands hold what they promise; the
// naive forecast is beaten where there is something to know.
#include "learn/forecast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "os/random.h"

namespace tradewind::learn {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

constexpr double week[] = {10, 12, 15, 14, 20, 30, 0};

double noise(os::Random& random) {
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

// Weeks, growing by `trend` a day, with chance.
std::vector<double> shop(std::size_t days, double trend, double spread, std::uint64_t seed) {
    os::Random random(seed);
    std::vector<double> out;
    for (std::size_t day = 0; day < days; ++day)
        out.push_back(
            100 + 3 * week[day % 7] + trend * static_cast<double>(day) + spread * noise(random)
        );
    return out;
}

TEST(ForecastBy, RepeatsTheLastSeason) {
    const std::vector<double> series{0, 0, 0, 0, 1, 2, 3, 4};
    EXPECT_THAT(
        forecast_by(ForecastMethod::SeasonalNaive, series, 2, 5), ElementsAre(3, 4, 3, 4, 3)
    );
    EXPECT_THAT(forecast_by(ForecastMethod::SeasonalMean, series, 2, 3), ElementsAre(1, 1.5, 1))
        << "the last four seasons: 0 0, 0 0, 1 2, 3 4";
}

TEST(ForecastBy, HoltWintersGoesOnWithWhatRepeats) {
    const auto series = shop(70, 0, 0, 1);
    const auto next = forecast_by(ForecastMethod::HoltWinters, series, 7, 14);
    for (std::size_t h = 0; h < 14; ++h) EXPECT_NEAR(next[h], 100 + 3 * week[h % 7], 1e-6);
}

// Growth is followed, the damped trend a little behind; the naive forecast stays a week behind.
TEST(ForecastBy, HoltWintersFollowsGrowth) {
    const auto series = shop(210, 1, 0.5, 2);
    const auto next = forecast_by(ForecastMethod::HoltWinters, series, 7, 7);
    for (std::size_t h = 0; h < 7; ++h)
        EXPECT_NEAR(next[h], 100 + 3 * week[h % 7] + 210 + static_cast<double>(h), 6);
}

TEST(Forecast, OfWhatRepeatsExactlyIsExact) {
    const Forecast made = MUST(forecast(shop(140, 0, 0, 1), {}));
    EXPECT_EQ(made.method, ForecastMethod::SeasonalNaive) << "nothing is better";
    ASSERT_EQ(made.days.at(0).size(), 28u);
    for (std::size_t h = 0; h < 28; ++h) {
        EXPECT_EQ(made.days[0][h].value, 100 + 3 * week[h % 7]);
        EXPECT_EQ(made.days[0][h].low, made.days[0][h].high);
    }
    EXPECT_EQ(made.chosen.mae, 0);
    EXPECT_FALSE(made.chosen.mase.has_value()) << "the naive forecast never erred";
}

TEST(Forecast, BeatsTheNaiveOneAndTellsSo) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Forecast made = MUST(forecast(shop(365, 0.1, 10, seed), {}));
        EXPECT_NE(made.method, ForecastMethod::SeasonalNaive);
        EXPECT_LT(made.chosen.mae, 0.9 * made.naive.mae);
        EXPECT_LT(*made.chosen.mase, *made.naive.mase);
        EXPECT_LT(*made.chosen.rmsse, *made.naive.rmsse);
        EXPECT_EQ(made.chosen.origins, 8u);
    }
}

// Of days that come after the forecast about as many lie within the bands as was asked for.
TEST(Forecast, BandsHoldWhatTheyPromise) {
    double inside = 0;
    double told = 0;
    double days = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto series = shop(200 + 28, 0, 10, seed);
        const Forecast made = MUST(forecast(std::span(series).first(200), {}));
        for (std::size_t h = 0; h < 28; ++h, ++days)
            if (series[200 + h] >= made.days[0][h].low && series[200 + h] <= made.days[0][h].high)
                ++inside;
        told += made.chosen.coverage / 20;
    }
    EXPECT_NEAR(inside / days, 0.8, 0.08);
    EXPECT_NEAR(told, 0.8, 0.08);
}

TEST(Forecast, KeepsAboveTheLeast) {
    auto series = shop(150, -0.9, 5, 3);
    for (double& value : series) value = std::max(value - 60, 0.0);
    ForecastOptions options;
    options.least = 0;
    const Forecast made = MUST(forecast(series, options));
    for (const ForecastDay& day : made.days.at(0)) {
        EXPECT_GE(day.low, 0);
        EXPECT_LE(day.low, day.value);
        EXPECT_LE(day.value, day.high);
    }
}

TEST(Forecast, OfAConstantAndOfTheShortestSeries) {
    const ForecastOptions options;
    const std::vector<double> flat(forecast_length_min(options), 5.0);
    const Forecast made = MUST(forecast(flat, options));
    EXPECT_EQ(made.days[0][27].value, 5);
    const auto shorter = std::span(flat).first(flat.size() - 1);
    EXPECT_EQ(forecast(shorter, options).error().code(), ErrorCode::InvalidArgument);
    EXPECT_FALSE(forecast({}, options).ok());
}

// A wider band lies around the narrower one, and the method is the same.
TEST(Forecast, DrawsSeveralBandsAtOnce) {
    const auto series = shop(200, 0.1, 5, 9);
    ForecastOptions two;
    two.bands = {0.8, 0.95};
    const Forecast both = MUST(forecast(series, two));
    const Forecast one = MUST(forecast(series, {}));
    ASSERT_EQ(both.days.size(), 2u);
    EXPECT_EQ(both.method, one.method);
    EXPECT_EQ(both.chosen.coverage, one.chosen.coverage);
    bool wider = false;
    for (std::size_t h = 0; h < two.horizon; ++h) {
        EXPECT_EQ(both.days[0][h].low, one.days[0][h].low);
        EXPECT_EQ(both.days[1][h].value, one.days[0][h].value);
        EXPECT_LE(both.days[1][h].low, both.days[0][h].low);
        EXPECT_GE(both.days[1][h].high, both.days[0][h].high);
        wider = wider || both.days[1][h].high > both.days[0][h].high;
    }
    EXPECT_TRUE(wider);
}

TEST(Forecast, RefusesWhatIsNoNumber) {
    auto series = shop(200, 0, 1, 1);
    ForecastOptions none;
    none.horizon = 0;
    EXPECT_FALSE(forecast(series, none).ok());
    ForecastOptions sure;
    sure.bands = {0.8, 1};
    EXPECT_FALSE(forecast(series, sure).ok());
    series[7] = NAN;
    EXPECT_FALSE(forecast(series, {}).ok());
}

}  // namespace
}  // namespace tradewind::learn
