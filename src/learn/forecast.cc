#include "learn/forecast.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace tradewind::learn {

namespace {

constexpr std::size_t seasons_before_first = 3;
constexpr std::size_t origins_min = 4;
constexpr ForecastMethod methods[] = {
    ForecastMethod::SeasonalNaive, ForecastMethod::SeasonalMean, ForecastMethod::HoltWinters
};

// Errors (what came less what was expected) of forecasts from several days of the past, the
// earliest first; each as long as the horizon.
using Errors = std::vector<std::vector<double>>;

double bounded(double value, const ForecastOptions& options) {
    return options.least ? std::max(value, *options.least) : value;
}

Errors errors_of(
    ForecastMethod method,
    std::span<const double> series,
    std::size_t origins,
    const ForecastOptions& options
) {
    Errors out;
    for (std::size_t back = origins; back > 0; --back) {
        const std::size_t origin = series.size() - options.horizon - (back - 1) * options.season;
        const auto expected =
            forecast_by(method, series.first(origin), options.season, options.horizon);
        std::vector<double> errors;
        for (std::size_t h = 0; h < options.horizon; ++h)
            errors.push_back(series[origin + h] - bounded(expected[h], options));
        out.push_back(std::move(errors));
    }
    return out;
}

double mean_absolute(std::span<const std::vector<double>> errors) {
    double sum = 0;
    double count = 0;
    for (const auto& of_origin : errors)
        for (const double error : of_origin) {
            sum += std::abs(error);
            ++count;
        }
    return sum / count;
}

double quantile(std::vector<double> values, double share) {
    std::ranges::sort(values);
    const double at = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

struct Band {
    double low;
    double high;
};

// Of errors `h` days ahead, half a season more or less, without those of the origin `left_out`.
Band band_of(
    const Errors& errors,
    std::size_t h,
    std::size_t left_out,
    double share,
    const ForecastOptions& options
) {
    const std::size_t around = options.season / 2;
    std::vector<double> near;
    for (std::size_t origin = 0; origin < errors.size(); ++origin)
        for (std::size_t i = h - std::min(h, around);
             origin != left_out && i < std::min(h + around + 1, options.horizon);
             ++i)
            near.push_back(errors[origin][i]);
    const double outside = (1 - share) / 2;
    return {quantile(near, outside), quantile(near, 1 - outside)};
}

// What "as one season before" errs by within the series.
struct Scale {
    double absolute = 0;
    double squared = 0;
};
Scale scale_of(std::span<const double> series, std::size_t season) {
    Scale out;
    const auto count = static_cast<double>(series.size() - season);
    for (std::size_t i = season; i < series.size(); ++i) {
        const double error = series[i] - series[i - season];
        out.absolute += std::abs(error) / count;
        out.squared += error * error / count;
    }
    return out;
}

// Of the later half of the origins.
Backtest judge(const Errors& errors, const Scale& scale, const ForecastOptions& options) {
    const std::size_t first = errors.size() / 2;
    Backtest out;
    out.origins = errors.size() - first;
    out.mae = mean_absolute(std::span(errors).subspan(first));
    double squares = 0;
    double inside = 0;
    for (std::size_t origin = first; origin < errors.size(); ++origin)
        for (std::size_t h = 0; h < options.horizon; ++h) {
            const double error = errors[origin][h];
            const Band band = band_of(errors, h, origin, options.bands.front(), options);
            squares += error * error;
            inside += error >= band.low && error <= band.high ? 1 : 0;
        }
    const auto days = static_cast<double>(out.origins * options.horizon);
    out.coverage = inside / days;
    if (scale.absolute > 0) out.mase = out.mae / scale.absolute;
    if (scale.squared > 0) out.rmsse = std::sqrt(squares / days / scale.squared);
    return out;
}

bool are_shares(const std::vector<double>& bands) {
    return !bands.empty() &&
           std::ranges::all_of(bands, [](double band) { return band > 0 && band < 1; });
}

std::vector<ForecastDay> days_of(
    const std::vector<double>& expected,
    const Errors& errors,
    double share,
    const ForecastOptions& options
) {
    std::vector<ForecastDay> days;
    for (std::size_t h = 0; h < options.horizon; ++h) {
        const Band band = band_of(errors, h, errors.size(), share, options);
        days.push_back(
            {bounded(expected[h], options),
             bounded(expected[h] + std::min(band.low, 0.0), options),
             bounded(expected[h] + std::max(band.high, 0.0), options)}
        );
    }
    return days;
}

Result<void> check(std::span<const double> series, const ForecastOptions& options) {
    if (options.season == 0 || options.horizon == 0 || options.origins_max < origins_min ||
        !are_shares(options.bands))
        return Error(ErrorCode::InvalidArgument, "nothing can be forecast like this")
            .with_detail("Season and horizon are at least 1, origins 4, bands between 0 and 1.");
    if (series.size() < forecast_length_min(options))
        return Error(ErrorCode::InvalidArgument, "the series is too short to forecast from")
            .with_detail(
                std::to_string(series.size()) + " values are there, " +
                std::to_string(forecast_length_min(options)) + " are needed."
            )
            .with_hint("Forecast less far ahead, or wait until more days have passed.");
    if (!std::ranges::all_of(series, [](double value) { return std::isfinite(value); }))
        return Error(ErrorCode::InvalidArgument, "a value of the series is no number");
    return {};
}

}  // namespace

std::size_t forecast_length_min(const ForecastOptions& options) {
    return (seasons_before_first + origins_min - 1) * options.season + options.horizon;
}

Result<Forecast> forecast(std::span<const double> series, const ForecastOptions& options) {
    TRY(check(series, options));
    const std::size_t origins = std::min(
        options.origins_max,
        (series.size() - options.horizon) / options.season - seasons_before_first + 1
    );
    const std::size_t earlier = origins / 2;
    Forecast out;
    Errors errors;
    Errors naive;
    for (const ForecastMethod method : methods) {
        Errors made = errors_of(method, series, origins, options);
        if (method == ForecastMethod::SeasonalNaive) naive = made;
        if (!errors.empty() && mean_absolute(std::span(made).first(earlier)) >=
                                   mean_absolute(std::span(errors).first(earlier)))
            continue;
        out.method = method;
        errors = std::move(made);
    }
    const std::size_t before =
        series.size() - options.horizon - (origins - earlier - 1) * options.season;
    const Scale scale = scale_of(series.first(before), options.season);
    out.chosen = judge(errors, scale, options);
    out.naive = judge(naive, scale, options);
    const auto expected = forecast_by(out.method, series, options.season, options.horizon);
    for (const double share : options.bands)
        out.days.push_back(days_of(expected, errors, share, options));
    return out;
}

}  // namespace tradewind::learn
