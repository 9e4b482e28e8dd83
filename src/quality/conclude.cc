#include "quality/conclude.h"

#include <cstdio>

#include "base/text.h"
#include "quality/sql_text.h"

namespace tradewind::quality {

namespace {

std::int64_t count_of(const Values& values, std::size_t at) {
    return at < values.size() && values[at] ? parse_integer(*values[at]).value_or(0) : 0;
}

bool is_true(const Values& values, std::size_t at) {
    return at < values.size() && values[at] == "true";
}

std::string text_of(const Values& values, std::size_t at) {
    return at < values.size() ? values[at].value_or("nothing") : "nothing";
}

std::string rows_text(std::int64_t count) {
    return format_count(count) + (count == 1 ? " row" : " rows");
}

std::string rounded(double value) {
    char text[32];
    std::snprintf(text, sizeof(text), "%.4f", value);
    return text;
}

void fail(CheckResult& result, std::string message) {
    result.state = State::Failed;
    result.failing = 1;
    result.message = std::move(message);
}

std::string expected_rows(const Check& check) {
    if (check.rows_min && check.rows_max) {
        return *check.rows_min == *check.rows_max
                   ? rows_text(*check.rows_min)
                   : format_count(*check.rows_min) + " to " + rows_text(*check.rows_max);
    }
    return check.rows_min ? "at least " + rows_text(*check.rows_min)
                          : "at most " + rows_text(*check.rows_max);
}

void conclude_row_count(const Check& check, const Values& values, CheckResult& result) {
    if (check.to) {
        const std::int64_t other = count_of(values, 1);
        const std::int64_t apart =
            result.total > other ? result.total - other : other - result.total;
        if (static_cast<double>(apart) > parse_double(check.tolerance.text).value_or(0))
            fail(
                result,
                rows_text(result.total) + ", and " + check.to->text() + " has " +
                    format_count(other)
            );
        return;
    }
    const bool few = check.rows_min && result.total < *check.rows_min;
    const bool many = check.rows_max && result.total > *check.rows_max;
    if (few || many) fail(result, rows_text(result.total) + ", expected " + expected_rows(check));
}

void conclude_freshness(const Check& check, const Values& values, CheckResult& result) {
    if (!is_true(values, 2)) return;
    const std::string age = format_duration_us(*check.max_age_us);
    fail(
        result,
        values[1] ? "the newest is " + *values[1] + ", older than " + age
                  : "there is no time at all, expected one not older than " + age
    );
}

void conclude_sum(const Check& check, const Values& values, CheckResult& result) {
    if (is_true(values, 3)) return;
    std::string message = "the sum is " + text_of(values, 1) + ", expected " + text_of(values, 2);
    if (check.to) message += " as in " + check.to->text();
    if (check.tolerance.text != "0") message += " (± " + check.tolerance.text + ")";
    fail(result, std::move(message));
}

void conclude_drift(const Check& check, const Values& values, CheckResult& result) {
    if (check.untrained) {
        result.message = "the model " + check.model + " has not been trained yet";
        return;
    }
    if (result.total == 0) return;
    const std::string baseline = check.to ? check.to->text() : "rows where " + check.to_where;
    if (count_of(values, 2) == 0) return fail(result, baseline + " has no rows to compare with");
    if (!check.newer_by.empty() && values.size() > 1 && !values[1]) {
        result.message = "no row is newer than those of " + baseline;
        return;
    }
    const double index = parse_double(text_of(values, 1)).value_or(0);
    result.message = "population stability index " + rounded(index);
    if (!(index > check.psi_max)) return;
    fail(
        result,
        result.message + ", more than " + number_of(check.psi_max) + ": " + check.columns.front() +
            " has moved from " + baseline
    );
}

void conclude_failing(const Check& check, const Values& values, CheckResult& result) {
    result.failing = count_of(values, 1);
    if (result.failing == 0) return;
    result.state = State::Failed;
    result.message = rows_text(result.failing) + ": " + reason(check);
}

std::string columns_text(const Check& check) {
    return join(check.columns, ", ");
}

std::string values_text(const Check& check) {
    constexpr std::size_t shown_max = 8;
    std::vector<std::string> texts;
    for (const Literal& value : check.values) {
        if (texts.size() == shown_max) {
            texts.push_back("…");
            break;
        }
        texts.push_back(value.text);
    }
    return join(texts, ", ");
}

}  // namespace

std::string reason(const Check& check) {
    const std::string columns = columns_text(check);
    switch (check.kind) {
        case Kind::NotNull:
            return columns + " is null";
        case Kind::Unique:
            return columns + " stands more than once";
        case Kind::AcceptedValues:
            return columns + " is none of " + values_text(check);
        case Kind::Relationships:
            return columns + " is not in " + check.to->text() + " (" + join(check.fields, ", ") +
                   ")";
        case Kind::Min:
            return columns + " is less than " + check.bound->text;
        case Kind::Max:
            return columns + " is more than " + check.bound->text;
        case Kind::Pattern:
            return columns + " does not match " + check.regex;
        case Kind::Type:
            return columns + " cannot be read as " + check.casts_to;
        case Kind::Encoding:
            return columns + " holds text in a wrong encoding";
        case Kind::Expression:
            return "not true: " + check.expression;
        case Kind::Sql:
            return check.description.empty() ? "found by " + check.name : check.description;
        case Kind::RowCount:
        case Kind::Freshness:
        case Kind::SumEquals:
        case Kind::Drift:
            break;
    }
    return check.description;
}

void conclude(const Plan& plan, const Values& values, CheckResult& result) {
    const Check& check = *plan.check;
    result.total = count_of(values, 0);
    switch (plan.reading) {
        case Reading::Failing:
        case Reading::MinMax:
            if (plan.reading == Reading::MinMax && !is_true(values, 1)) return;
            conclude_failing(
                check,
                plan.reading == Reading::MinMax ? Values{values[0], values.back()} : values,
                result
            );
            return;
        case Reading::RowCount:
            conclude_row_count(check, values, result);
            return;
        case Reading::Freshness:
            conclude_freshness(check, values, result);
            return;
        case Reading::Drift:
            conclude_drift(check, values, result);
            return;
        case Reading::SumEquals:
            conclude_sum(check, values, result);
            return;
        case Reading::Static:
            result.state = plan.known.state;
            result.failing = plan.known.failing;
            result.message = plan.known.message;
            return;
    }
}

}  // namespace tradewind::quality
