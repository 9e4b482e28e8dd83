// What comes next of a series with a season, such as daily sales with their weeks; with bands, and
// with what the same way of forecasting would have been worth in the past.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

namespace tradewind::learn {

enum class ForecastMethod {
    SeasonalNaive,  // as one season before
    SeasonalMean,   // the mean of the same place in the last four seasons
    HoltWinters,    // level, damped trend and season, each smoothed; what smooths best so far
};
const char* to_string(ForecastMethod method);  // "seasonal_naive", …

struct ForecastOptions {
    std::size_t season = 7;    // days of a week
    std::size_t horizon = 28;  // how far ahead
    // Of what comes, these shares are to lie within the bands; by the first a method is judged.
    std::vector<double> bands{0.8};
    // Forecasts of the past, a season apart from each other, that are compared with what came.
    std::size_t origins_max = 16;
    std::optional<double> least = std::nullopt;  // nothing is below it, such as 0 for quantities
};

struct ForecastDay {
    double value = 0;
    double low = 0;
    double high = 0;
};

// What a method was worth, over all days of forecasts of the past.
struct Backtest {
    std::size_t origins = 0;
    double mae = 0;  // mean absolute error
    // Mean absolute error, and root of the mean squared error, by those of "as one season before"
    // within the earlier series; none when that never erred.
    std::optional<double> mase;
    std::optional<double> rmsse;
    double coverage = 0;  // share of days within bands that were drawn without their own origin
};

struct Forecast {
    ForecastMethod method = ForecastMethod::SeasonalNaive;
    std::vector<std::vector<ForecastDay>> days;  // for each of the bands
    Backtest chosen;
    Backtest naive;  // of ForecastMethod::SeasonalNaive on the same days
};

// Forecasts by the method that had the least absolute error at the earlier half of the origins;
// told is what it was worth at the later half, which had no say. Bands: quantiles of the errors of
// all origins so far ahead, half a season more or less. InvalidArgument: the series is shorter than
// forecast_length_min(), a value is no number, options out of range.
Result<Forecast> forecast(std::span<const double> series, const ForecastOptions& options);

// Three seasons before the first of four origins.
std::size_t forecast_length_min(const ForecastOptions& options);

// One method alone, from a series of three seasons at least.
std::vector<double> forecast_by(
    ForecastMethod method, std::span<const double> series, std::size_t season, std::size_t horizon
);

}  // namespace tradewind::learn
