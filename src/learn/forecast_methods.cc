// Ways to go on with a series.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "learn/forecast.h"

namespace tradewind::learn {

namespace {

constexpr std::size_t seasons_of_mean = 4;
constexpr std::size_t seasons_of_start = 3;

std::vector<double> seasonal_mean(
    std::span<const double> series, std::size_t season, std::size_t horizon, std::size_t seasons
) {
    const std::size_t known = std::min(seasons, series.size() / season);
    std::vector<double> out(horizon);
    for (std::size_t h = 0; h < horizon; ++h) {
        for (std::size_t back = 1; back <= known; ++back)
            out[h] += series[series.size() - back * season + h % season];
        out[h] /= static_cast<double>(known);
    }
    return out;
}

struct Smoothing {
    double level;
    double trend;
    double season;
    double damping;
};

// Level, trend and season as they are corrected by each error (the additive form with a damped
// trend; Hyndman, Koehler, Ord, Snyder 2008).
class HoltWinters {
public:
    HoltWinters(std::span<const double> series, std::size_t season, Smoothing by)
        : by_(by), seasons_(season) {
        const std::size_t start = seasons_of_start * season;
        for (std::size_t i = 0; i < start; ++i) level_ += series[i] / static_cast<double>(start);
        for (std::size_t i = 0; i < start; ++i)
            seasons_[i % season] += (series[i] - level_) / static_cast<double>(seasons_of_start);
        for (const double value : series) {
            const double error = value - ahead(1);
            if (next_ >= start) errors_ += std::abs(error);
            correct(error);
        }
    }
    // Sum of absolute errors, one step ahead.
    double errors() const { return errors_; }
    // What it expects `steps` from now.
    double ahead(std::size_t steps) const {
        double trend = 0;
        double damped = 1;
        for (std::size_t i = 0; i < steps; ++i) trend += damped *= by_.damping;
        return level_ + trend * trend_ + seasons_[(next_ + steps - 1) % seasons_.size()];
    }

private:
    void correct(double error) {
        level_ += by_.damping * trend_ + by_.level * error;
        trend_ = by_.damping * trend_ + by_.trend * error;
        seasons_[next_++ % seasons_.size()] += by_.season * error;
    }

    const Smoothing by_;
    double level_ = 0;
    double trend_ = 0;
    std::vector<double> seasons_;
    std::size_t next_ = 0;
    double errors_ = 0;
};

std::vector<double> holt_winters(
    std::span<const double> series, std::size_t season, std::size_t horizon
) {
    Smoothing best{};
    double least = std::numeric_limits<double>::infinity();
    for (const double level : {0.02, 0.05, 0.1, 0.2, 0.4})
        for (const double trend : {0.0, 0.005, 0.02})
            for (const double of_season : {0.02, 0.05, 0.1, 0.2, 0.3})
                for (const double damping : {0.9, 0.98}) {
                    const Smoothing by{level, trend, of_season, damping};
                    const double errors = HoltWinters(series, season, by).errors();
                    if (errors >= least) continue;
                    least = errors;
                    best = by;
                }
    const HoltWinters fitted(series, season, best);
    std::vector<double> out;
    for (std::size_t h = 1; h <= horizon; ++h) out.push_back(fitted.ahead(h));
    return out;
}

}  // namespace

const char* to_string(ForecastMethod method) {
    switch (method) {
        case ForecastMethod::SeasonalNaive:
            return "seasonal_naive";
        case ForecastMethod::SeasonalMean:
            return "seasonal_mean";
        case ForecastMethod::HoltWinters:
            return "holt_winters";
    }
    return "";
}

std::vector<double> forecast_by(
    ForecastMethod method, std::span<const double> series, std::size_t season, std::size_t horizon
) {
    CHECK(season > 0 && series.size() >= seasons_of_start * season);
    switch (method) {
        case ForecastMethod::SeasonalNaive:
            return seasonal_mean(series, season, horizon, 1);
        case ForecastMethod::SeasonalMean:
            return seasonal_mean(series, season, horizon, seasons_of_mean);
        case ForecastMethod::HoltWinters:
            return holt_winters(series, season, horizon);
    }
    return {};
}

}  // namespace tradewind::learn
