#include "quality/profile_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "quality/run.h"
#include "quality/scan.h"
#include "quality/sql_text.h"

namespace tradewind::quality {

namespace {

constexpr int buckets_max = 20;
constexpr int top_max = 10;
constexpr std::int64_t sampled_rows = 1'000'000;  // where there are too many distinct values
constexpr int shape_characters_max = 60;

bool is_real(std::string_view type) {
    return same_type(type, "DOUBLE") || same_type(type, "FLOAT") || same_type(type, "REAL");
}

bool is_whole(std::string_view type) {
    return is_number_type(type) && !is_real(type) && !to_lower_ascii(type).starts_with("dec");
}

// The column as a DOUBLE that can be reckoned with; times are seconds since 1970.
std::string as_real(const catalog::Column& column) {
    const std::string name = quote_name(column.name);
    if (is_time_type(column.type)) return "epoch(CAST(" + name + " AS TIMESTAMP))";
    if (!is_real(column.type)) return "CAST(" + name + " AS DOUBLE)";
    return "CASE WHEN isfinite(" + name + ") THEN CAST(" + name + " AS DOUBLE) END";
}

std::string quantile_list() {
    std::vector<std::string> parts;
    for (const double q : profile_quantiles) parts.push_back(number_of(q));
    return "[" + join(parts, ", ") + "]";
}

// Latin letters and digits quickly; other alphabets where there are any.
std::string shape_sql(const std::string& value) {
    const std::string cut = "left(" + value + ", " + std::to_string(shape_characters_max) + ")";
    const std::string latin = "translate(" + cut +
                              ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'"
                              ", 'AAAAAAAAAAAAAAAAAAAAAAAAAAaaaaaaaaaaaaaaaaaaaaaaaaaa9999999999')";
    return "CASE WHEN strlen(" + value + ") = length(" + value + ") THEN " + latin +
           " ELSE regexp_replace(regexp_replace(regexp_replace(" + latin +
           ", '\\p{Lu}', 'A', 'g'), '[\\p{Ll}\\p{Lt}\\p{Lm}\\p{Lo}]', 'a', 'g'), '\\p{Nd}', '9', "
           "'g') END";
}

// What is asked of one column, by number in the scan; -1: not asked.
struct Asked {
    catalog::Column column;
    bool number = false;
    bool time = false;
    bool text = false;
    bool plain = true;  // values that can be compared
    int present = -1;
    int distinct = -1;
    int min = -1;
    int max = -1;
    int real_min = -1;
    int real_max = -1;
    int mean = -1;
    int deviation = -1;
    int quantiles = -1;
    int empty = -1;
    int length_min = -1;
    int length_max = -1;
    int length_mean = -1;
    int histogram = -1;
    double from = 0;
    double width = 0;
    int buckets = 0;
};

class Profiler {
public:
    Profiler(
        engine::Work& work,
        const catalog::TableName& table,
        os::Clock& clock,
        const QualityOptions& options
    )
        : work_(work),
          table_(quote_table(table)),
          clock_(clock),
          options_(options),
          first_(work, table_, options.aggregates_per_scan, clock),
          second_(work, table_, options.aggregates_per_scan, clock) {
        profile_.table = table;
    }

    Result<Profile> run();

private:
    void ask(Asked& asked);
    void ask_histogram(Asked& asked);
    void ask_correlations();
    ColumnProfile read(const Asked& asked) const;
    void read_histogram(const Asked& asked, ColumnProfile& column) const;
    void read_correlations();
    Result<void> read_values(const Asked& asked, ColumnProfile& column);
    Result<std::vector<TopValue>> top(const std::string& sql, std::int64_t* distinct);

    std::optional<std::string> text(const Scan& scan, int number) const {
        return number < 0 ? std::nullopt : scan.value(static_cast<std::size_t>(number)).text;
    }
    std::optional<double> real(int number) const {
        const auto value = text(first_, number);
        return value ? parse_double(*value) : std::nullopt;
    }
    std::optional<std::int64_t> whole(int number) const {
        const auto value = text(first_, number);
        return value ? parse_integer(*value) : std::nullopt;
    }

    engine::Work& work_;
    const std::string table_;
    os::Clock& clock_;
    const QualityOptions& options_;
    Profile profile_;
    Scan first_;
    Scan second_;
    std::vector<Asked> asked_;
    std::vector<std::pair<std::size_t, std::size_t>> pairs_;  // of asked_, in second_
    std::vector<int> pair_numbers_;
};

void Profiler::ask(Asked& asked) {
    const std::string name = quote_name(asked.column.name);
    const auto add = [this](const std::string& aggregate) {
        return static_cast<int>(first_.add(aggregate));
    };
    asked.number = is_number_type(asked.column.type);
    asked.time = is_time_type(asked.column.type);
    asked.text = is_text_type(asked.column.type);
    asked.plain = !is_nested_type(asked.column.type);
    asked.present = add("count(" + name + ")");
    if (!asked.plain) return;
    asked.distinct = add("approx_count_distinct(" + name + ")");
    asked.min = add("CAST(min(" + name + ") AS VARCHAR)");
    asked.max = add("CAST(max(" + name + ") AS VARCHAR)");
    if (asked.text) {
        asked.empty = add("count_if(trim(" + name + ") = '')");
        asked.length_min = add("min(length(" + name + "))");
        asked.length_max = add("max(length(" + name + "))");
        asked.length_mean = add("avg(length(" + name + "))");
    }
    if (!asked.number && !asked.time) return;
    const std::string value = as_real(asked.column);
    asked.real_min = add("min(" + value + ")");
    asked.real_max = add("max(" + value + ")");
    std::string quantile = profile_.quantiles_exact ? "quantile_cont(" : "approx_quantile(";
    if (asked.time && profile_.quantiles_exact) quantile = "quantile_disc(";
    asked.quantiles =
        add("CAST(" + quantile + (asked.time ? "CAST(" + name + " AS TIMESTAMP)" : value) + ", " +
            quantile_list() + ") AS VARCHAR)");
    if (!asked.number) return;
    asked.mean = add("avg(" + value + ")");
    asked.deviation = add("stddev_samp(" + value + ")");
}

void Profiler::ask_histogram(Asked& asked) {
    const auto from = real(asked.real_min);
    const auto to = real(asked.real_max);
    if (!from || !to) return;
    asked.from = *from;
    asked.buckets = buckets_max;
    if (is_whole(asked.column.type) && *to - *from < buckets_max) {
        asked.buckets = static_cast<int>(*to - *from) + 1;
        asked.width = 1;
    } else {
        asked.width = (*to - *from) / buckets_max;
    }
    if (!(asked.width > 0) || !std::isfinite(asked.width)) {
        asked.buckets = 1;
        asked.width = 0;
    }
    const std::string value = as_real(asked.column);
    // A null must not fall into a bucket: least and greatest pass over it.
    const std::string bucket = asked.buckets == 1
                                   ? "0"
                                   : "CAST(least(" + std::to_string(asked.buckets - 1) +
                                         ", greatest(0, floor((" + value + " - CAST(" +
                                         number_of(asked.from) + " AS DOUBLE)) / CAST(" +
                                         number_of(asked.width) + " AS DOUBLE)))) AS INTEGER)";
    asked.histogram = static_cast<int>(second_.add(
        "CAST(histogram(CASE WHEN " + value + " IS NOT NULL THEN " + bucket + " END) AS VARCHAR)"
    ));
}

void Profiler::ask_correlations() {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < asked_.size(); ++i) {
        if (asked_[i].number && numbers.size() < options_.correlation_columns_max)
            numbers.push_back(i);
    }
    for (std::size_t a = 0; a < numbers.size(); ++a) {
        for (std::size_t b = a + 1; b < numbers.size(); ++b) {
            pairs_.emplace_back(numbers[a], numbers[b]);
            pair_numbers_.push_back(static_cast<int>(second_.add(
                "corr(" + as_real(asked_[numbers[a]].column) + ", " +
                as_real(asked_[numbers[b]].column) + ")"
            )));
        }
    }
}

ColumnProfile Profiler::read(const Asked& asked) const {
    ColumnProfile column;
    column.name = asked.column.name;
    column.type = asked.column.type;
    column.nulls = profile_.row_count - whole(asked.present).value_or(0);
    column.distinct = whole(asked.distinct).value_or(0);
    column.min = text(first_, asked.min);
    column.max = text(first_, asked.max);
    column.mean = real(asked.mean);
    column.deviation = real(asked.deviation);
    if (const auto list = text(first_, asked.quantiles)) column.quantiles = parse_list(*list);
    column.empty = whole(asked.empty).value_or(0);
    column.length_min = whole(asked.length_min);
    column.length_max = whole(asked.length_max);
    column.length_mean = real(asked.length_mean);
    return column;
}

void Profiler::read_histogram(const Asked& asked, ColumnProfile& column) const {
    const auto counts = text(second_, asked.histogram);
    if (!counts) return;
    for (int i = 0; i < asked.buckets; ++i) {
        const double from = asked.from + asked.width * i;
        column.histogram.push_back({from, from + asked.width, 0});
    }
    // Sums of widths miss the greatest value by their last digit. Whole numbers one by one end
    // before the next.
    const bool one_by_one = is_whole(asked.column.type) && asked.width == 1;
    if (!one_by_one && asked.buckets > 1)
        column.histogram.back().to = real(asked.real_max).value_or(column.histogram.back().to);
    for (const auto& [bucket, rows] : parse_counts(*counts)) {
        if (bucket >= 0 && bucket < asked.buckets)
            column.histogram[static_cast<std::size_t>(bucket)].rows = rows;
    }
}

void Profiler::read_correlations() {
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
        Correlation one;
        one.a = asked_[pairs_[i].first].column.name;
        one.b = asked_[pairs_[i].second].column.name;
        if (const auto value = text(second_, pair_numbers_[i])) {
            const auto pearson = parse_double(*value);
            if (pearson && std::isfinite(*pearson)) one.pearson = pearson;
        }
        profile_.correlations.push_back(std::move(one));
    }
}

Result<std::vector<TopValue>> Profiler::top(const std::string& sql, std::int64_t* distinct) {
    const auto answer = TRY(work_.rows(sql, top_max));
    std::vector<TopValue> values;
    for (const auto& row : answer.rows) {
        values.push_back({row[0], parse_integer(row[1].value_or("")).value_or(0)});
        if (distinct != nullptr) *distinct = parse_integer(row[2].value_or("")).value_or(0);
    }
    return values;
}

Result<void> Profiler::read_values(const Asked& asked, ColumnProfile& column) {
    if (!asked.plain || column.nulls == profile_.row_count) {
        column.distinct_exact = asked.plain;
        return {};
    }
    const bool exact = column.distinct <= options_.exact_distinct_max;
    const std::string name = quote_name(column.name);
    const std::string from = exact ? table_
                                   : "(SELECT " + name + " FROM " + table_ + " LIMIT " +
                                         std::to_string(sampled_rows) + ")";
    const std::string groups = "(SELECT " + name + " AS v, count(*) AS n FROM " + from +
                               " AS _tw_rows WHERE " + name +
                               " IS NOT NULL GROUP BY 1) AS _tw_groups";
    const std::string limit = " LIMIT " + std::to_string(top_max);
    std::int64_t distinct = 0;
    column.top = TRY(
        top("SELECT CAST(v AS VARCHAR), n, count(*) OVER () FROM " + groups +
                " ORDER BY n DESC, v" + limit,
            &distinct)
    );
    column.top_exact = exact;
    column.distinct_exact = exact;
    if (exact) column.distinct = distinct;
    if (!asked.text) return {};
    column.patterns = TRY(
        top("SELECT " + shape_sql("v") + " AS shape, CAST(sum(n) AS BIGINT) FROM " + groups +
                " GROUP BY 1 ORDER BY 2 DESC, 1" + limit,
            nullptr)
    );
    return {};
}

Result<Profile> Profiler::run() {
    const std::int64_t began_us = clock_.monotonic_us();
    profile_.profiled_at = clock_.now();
    const auto rows = TRY(work_.rows("SELECT count(*) FROM " + table_, 1));
    profile_.row_count = parse_integer(rows.rows.at(0).at(0).value_or("")).value_or(0);
    profile_.quantiles_exact = profile_.row_count <= options_.exact_quantiles_rows_max;
    for (const auto& column : TRY(work_.columns("SELECT * FROM " + table_))) {
        Asked asked;
        asked.column = {column.name, column.type, ""};
        asked_.push_back(std::move(asked));
    }
    for (Asked& asked : asked_) ask(asked);
    TRY(first_.run());
    for (Asked& asked : asked_) {
        if (asked.number || asked.time) ask_histogram(asked);
    }
    ask_correlations();
    TRY(second_.run());
    for (const Asked& asked : asked_) {
        ColumnProfile& column = profile_.columns.emplace_back(read(asked));
        read_histogram(asked, column);
        TRY(read_values(asked, column));
    }
    read_correlations();
    profile_.duration_us = clock_.monotonic_us() - began_us;
    return std::move(profile_);
}

}  // namespace

std::vector<std::optional<std::string>> parse_list(std::string_view text) {
    std::vector<std::optional<std::string>> values;
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') return values;
    for (const std::string& part : split(text.substr(1, text.size() - 2), ',')) {
        std::string value(trim(part));
        if (value.size() >= 2 && value.front() == '\'') value = value.substr(1, value.size() - 2);
        if (value.empty() || value == "NULL") {
            values.push_back(std::nullopt);
        } else {
            values.emplace_back(std::move(value));
        }
    }
    return values;
}

std::vector<std::pair<std::int64_t, std::int64_t>> parse_counts(std::string_view text) {
    std::vector<std::pair<std::int64_t, std::int64_t>> counts;
    if (text.size() < 2 || text.front() != '{' || text.back() != '}') return counts;
    for (const std::string& part : split(text.substr(1, text.size() - 2), ',')) {
        const auto equals = part.find('=');
        if (equals == std::string::npos) continue;
        const auto key = parse_integer(trim(std::string_view(part).substr(0, equals)));
        const auto count = parse_integer(trim(std::string_view(part).substr(equals + 1)));
        if (key && count) counts.emplace_back(*key, *count);
    }
    return counts;
}

Result<Profile> run_profile(
    engine::Work& work,
    const catalog::TableName& table,
    os::Clock& clock,
    const QualityOptions& options
) {
    return Profiler(work, table, clock, options).run();
}

Result<Profile> profile_rows(
    engine::Work& work,
    const catalog::TableName& rows,
    os::Clock& clock,
    const QualityOptions& options
) {
    return run_profile(work, rows, clock, options);
}

}  // namespace tradewind::quality
