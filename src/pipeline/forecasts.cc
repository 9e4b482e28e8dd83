// kind: forecast. Each group's series of days is forecast by the method that was best on its past,
// with bands; the second table has what that was worth beside "as one season before".
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/sql_text.h"
#include "base/text.h"
#include "learn/learn.h"
#include "pipeline/fitted.h"

namespace tradewind::pipeline {

namespace {

constexpr std::int64_t rows_max = 5'000'000;
constexpr std::size_t groups_max = 1000;
// Of groups by days: they stand in the statement.
constexpr std::size_t days_max = 2500;
// What is further back tells nothing of the next weeks.
constexpr std::int64_t history_max = 1500;

struct ForecastSpec {
    std::string table;  // quoted
    std::string time;
    std::string value;
    std::string group;
    learn::ForecastOptions options{.bands = {0.8, 0.95}};
};

struct Series {
    std::int64_t first = 0;  // days since 1970
    std::vector<double> values;
};

struct GroupForecast {
    std::string group;
    std::size_t days = 0;
    std::optional<learn::Forecast> forecast;  // nothing: the series is too short
};
using Found = std::vector<GroupForecast>;

std::string level_name(double level) {
    return std::to_string(static_cast<int>(std::lround(level * 100)));
}

// Days between the first of a group and the last of all that have no row are 0.
Result<std::map<std::string, Series>> read_series(engine::Work& work, const ForecastSpec& spec) {
    const std::string group = "CAST(" + quote_name(spec.group) + " AS STRING)";
    const auto rows = TRY(work.rows(
        "SELECT " + group + " AS g, unix_date(CAST(" + quote_name(spec.time) +
            " AS DATE)) AS d, sum(CAST(" + quote_name(spec.value) + " AS DOUBLE)) AS v FROM " +
            spec.table + " WHERE " + quote_name(spec.group) + " IS NOT NULL AND " +
            quote_name(spec.time) + " IS NOT NULL GROUP BY ALL ORDER BY g, d",
        rows_max + 1
    ));
    std::map<std::string, Series> all;
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (const auto& row : rows.rows)
        last = std::max(last, parse_integer(row[1].value_or("")).value_or(last));
    for (const auto& row : rows.rows) {
        const std::int64_t day = parse_integer(row[1].value_or("")).value_or(0);
        Series& series = all[row[0].value_or("")];
        if (series.values.empty()) {
            series.first = std::max(day, last - history_max);
            series.values.assign(static_cast<std::size_t>(last - series.first + 1), 0);
        }
        if (day < series.first) continue;
        series.values[static_cast<std::size_t>(day - series.first)] =
            parse_double(row[2].value_or("")).value_or(0);
    }
    if (all.size() > groups_max || all.size() * spec.options.horizon > days_max) {
        return Error(
                   ErrorCode::ResourceExhausted,
                   format_count(static_cast<std::int64_t>(all.size())) + " groups by " +
                       std::to_string(spec.options.horizon) + " days are more than can be forecast"
        )
            .with_hint("Groups times horizon may be 2,500: put groups together, or look less far.");
    }
    return all;
}

Result<GroupForecast> forecast_group(
    const ForecastSpec& spec, const std::string& group, const std::vector<double>& values
) {
    GroupForecast made;
    made.group = group;
    made.days = values.size();
    if (values.size() < learn::forecast_length_min(spec.options)) return made;
    made.forecast = TRY(learn::forecast(values, spec.options));
    return made;
}

Result<Found> learn_from(
    const std::map<std::string, Series>& all, const ForecastSpec& spec, const learn::Work& how
) {
    Found found;
    for (const auto& [group, series] : all) {
        if (how.is_cancelled()) return Error(ErrorCode::Cancelled, "it was cancelled");
        found.push_back(TRY(forecast_group(spec, group, series.values)));
    }
    return found;
}

std::string hash_of(const std::map<std::string, Series>& all) {
    std::string bytes;
    for (const auto& [group, series] : all) {
        bytes += quote_literal(group) + std::to_string(series.values.size());
        bytes.append(
            reinterpret_cast<const char*>(series.values.data()),
            series.values.size() * sizeof(double)
        );
    }
    return hash128(bytes);
}

// In units of money, or of whatever has hundredths.
std::string hundredths(double value) {
    std::array<char, 400> text{};  // the largest double has 309 digits before the point
    const int length = std::snprintf(text.data(), text.size(), "%.2f", value);
    return std::isfinite(value) ? std::string(text.data(), static_cast<std::size_t>(length))
                                : "NULL";
}

// Rows as a table of literals. Without rows the columns are made of those that they are learnt
// from: a plan, and lineage, know no more.
std::string values_sql(
    const ForecastSpec& spec,
    const std::string& rows,
    const std::string& nothing,
    const std::string& as
) {
    return rows.empty() ? "(SELECT * FROM (SELECT " + nothing + " FROM " + spec.table +
                              " HAVING 1 = 0) AS t(" + as + ")) AS found"
                        : "(VALUES\n" + rows + "\n) AS found(" + as + ")";
}

// What is learnt from the values, as a type.
std::string learnt(const ForecastSpec& spec, const std::string& type) {
    return "CAST(sum(CAST(" + quote_name(spec.value) + " AS DOUBLE)) AS " + type + ")";
}

std::string days_sql(const ForecastSpec& spec, const Found& found) {
    std::string rows;
    for (const GroupForecast& group : found) {
        for (std::size_t day = 0; group.forecast && day < spec.options.horizon; ++day) {
            const auto& bands = group.forecast->days;
            rows += (rows.empty() ? "(" : ",\n(") + quote_literal(group.group) + ", " +
                    std::to_string(day + 1) + ", " + hundredths(bands.front()[day].value);
            for (const auto& band : bands)
                rows += ", " + hundredths(band[day].low) + ", " + hundredths(band[day].high);
            rows += ")";
        }
    }
    std::string names = "g, day, forecast";
    const std::string amount = learnt(spec, "DECIMAL(38, 2)");
    std::string nothing = "'', 1, " + amount;
    std::string list = ",\n       CAST(found.forecast AS DECIMAL(38, 2)) AS forecast";
    for (const double level : spec.options.bands) {
        for (const char* side : {"low_", "high_"}) {
            const std::string name = side + level_name(level);
            names += ", " + name;
            nothing += ", " + amount;
            list += ",\n       CAST(found." + name + " AS DECIMAL(38, 2)) AS " + name;
        }
    }
    return "SELECT last." + quote_name(spec.group) + ",\n       date_add(last.day, found.day) AS " +
           quote_name(spec.time) + list + "\nFROM " + values_sql(spec, rows, nothing, names) +
           "\nJOIN last ON CAST(last." + quote_name(spec.group) +
           " AS STRING) = found.g\nORDER BY 1, 2";
}

std::string optional_sql(const std::optional<double>& value) {
    return sql_double(value.value_or(std::nan("")));
}

std::string worth_sql(const ForecastSpec& spec, const Found& found) {
    std::string rows;
    for (const GroupForecast& group : found) {
        const learn::Forecast* made = group.forecast ? &*group.forecast : nullptr;
        rows += (rows.empty() ? "(" : ",\n(") + quote_literal(group.group) + ", " +
                std::to_string(group.days) + ", " +
                (made ? quote_literal(to_string(made->method)) : "CAST(NULL AS STRING)") + ", " +
                std::to_string(made ? made->chosen.origins : 0);
        const double none = std::nan("");
        const learn::Backtest chosen = made ? made->chosen : learn::Backtest{0, none, {}, {}, none};
        const learn::Backtest naive = made ? made->naive : learn::Backtest{0, none, {}, {}, none};
        for (const learn::Backtest& one : {chosen, naive}) {
            rows += ", " + sql_double(one.mae) + ", " + optional_sql(one.mase) + ", " +
                    optional_sql(one.rmsse) + ", " + sql_double(one.coverage);
        }
        rows += ")";
    }
    const std::string count = learnt(spec, "INTEGER");
    std::string nothing = "'', " + count + ", " + learnt(spec, "STRING") + ", " + count;
    for (int i = 0; i < 8; ++i) nothing += ", " + learnt(spec, "DOUBLE");
    return "SELECT last." + quote_name(spec.group) +
           ", found.days, found.method, found.origins, found.mae, found.mase, found.rmsse, "
           "found.coverage, found.naive_mae, found.naive_mase, found.naive_rmsse, "
           "found.naive_coverage\nFROM " +
           values_sql(
               spec,
               rows,
               nothing,
               "g, days, method, origins, mae, mase, rmsse, coverage, naive_mae, naive_mase, "
               "naive_rmsse, naive_coverage"
           ) +
           "\nJOIN last ON CAST(last." + quote_name(spec.group) +
           " AS STRING) = found.g\nORDER BY 1";
}

std::string statement(const ForecastSpec& spec, const Found& found, bool worth) {
    std::string head = "/* forecast: horizon " + std::to_string(spec.options.horizon) +
                       ", season " + std::to_string(spec.options.season) + ", levels";
    for (const double level : spec.options.bands) head += " " + level_name(level);
    if (spec.options.least) head += ", least " + std::to_string(*spec.options.least);
    const std::string group = quote_name(spec.group);
    return head + " */\nWITH last AS (\n  SELECT DISTINCT " + group +
           ",\n         (SELECT CAST(max(" + quote_name(spec.time) + ") AS DATE) FROM " +
           spec.table + ") AS day\n  FROM " + spec.table + "\n)\n" +
           (worth ? worth_sql(spec, found) : days_sql(spec, found));
}

class Forecasts : public Fitted {
public:
    Forecasts(ForecastSpec spec, std::shared_ptr<LastFit<Found>> last, bool worth)
        : spec_(std::move(spec)),
          last_(std::move(last)),
          worth_(worth),
          planned_(statement(spec_, {}, worth_)) {}

    const std::string& planned_sql() const override { return planned_; }
    Result<std::string> fit(engine::Work& work, const learn::Work& how) const override {
        const auto all = TRY(read_series(work, spec_));
        const auto found =
            TRY(last_->of(hash_of(all), [&] { return learn_from(all, spec_, how); }));
        return statement(spec_, *found, worth_);
    }

private:
    const ForecastSpec spec_;
    const std::shared_ptr<LastFit<Found>> last_;
    const bool worth_;
    const std::string planned_;
};

Result<std::size_t> count_in(const yaml::Node& node, std::size_t fallback, std::int64_t most) {
    const std::int64_t count = TRY(node.integer_or(static_cast<std::int64_t>(fallback)));
    if (count < 1 || count > most)
        return node.error("this is a number of days from 1 to " + std::to_string(most));
    return static_cast<std::size_t>(count);
}

Result<ForecastSpec> read_spec(const yaml::Node& document) {
    const yaml::Node series = document["series"];
    if (series.kind() != yaml::Kind::Mapping)
        return document.error("a forecast is made of series: a table, its time, value and group");
    TRY(series.allow_keys({"table", "time", "value", "group"}));
    ForecastSpec spec;
    spec.table = TRY(quoted_table(series["table"]));
    spec.time = TRY(series["time"].text());
    spec.value = TRY(series["value"].text());
    spec.group = TRY(series["group"].text());
    spec.options.season = TRY(count_in(document["season"], spec.options.season, 366));
    spec.options.horizon = TRY(count_in(document["horizon"], spec.options.horizon, 366));
    if (document["least"].present()) spec.options.least = TRY(document["least"].real());
    if (!document["levels"].present()) return spec;
    std::vector<double>& levels = spec.options.bands;
    levels.clear();
    for (const yaml::Node& level : document["levels"].items()) {
        levels.push_back(TRY(level.real()));
        const bool fits = levels.back() >= 0.5 && levels.back() < 1;
        const auto same = [&](double other) {
            return level_name(other) == level_name(levels.back());
        };
        if (!fits || std::ranges::count_if(levels, same) > 1)
            return level.error("a level is from 0.5 to 0.99, and each is another per cent");
    }
    if (levels.empty()) return document["levels"].error("name one level at least");
    return spec;
}

}  // namespace

Result<std::vector<FittedTable>> parse_forecasts(
    const std::string& name, const yaml::Node& document
) {
    TRY(allow_table_keys(
        document, {"kind", "series", "season", "horizon", "levels", "least", "backtest"}
    ));
    const ForecastSpec spec = TRY(read_spec(document));
    TRY(allow_table_keys(document["backtest"], {}));
    const auto last = std::make_shared<LastFit<Found>>();
    return std::vector<FittedTable>{
        {name, document, std::make_shared<Forecasts>(spec, last, false)},
        {name + "_backtest", document["backtest"], std::make_shared<Forecasts>(spec, last, true)}
    };
}

}  // namespace tradewind::pipeline
