#include "quality/run.h"

#include <algorithm>
#include <utility>

#include "base/repeated_hashes.h"
#include "base/text.h"
#include "quality/conclude.h"
#include "quality/kept_rows.h"
#include "quality/number_pass.h"
#include "quality/scan.h"
#include "quality/sql_text.h"

namespace tradewind::quality {

namespace {

// A check on its way from text to outcome.
struct Running {
    Plan plan;
    std::vector<std::size_t> numbers;  // of its aggregates in the scan
    std::optional<std::size_t> claim;  // its number in the pass over whole numbers
    bool holds = false;                // that pass told so
    CheckResult result;
};

CheckResult blank_result(const Check& check) {
    CheckResult result;
    result.name = check.name;
    result.kind = check.kind;
    result.columns = check.columns;
    result.description = check.description;
    result.blocking = check.blocking;
    return result;
}

void mark_error(CheckResult& result, const Error& error) {
    result.state = State::Error;
    result.message = error.message();
    if (!error.detail().empty()) result.message += ". " + error.detail();
    if (!error.hint().empty()) result.message += ". " + error.hint();
}

// The first value of every plan: how many rows were looked at.
std::int64_t count_of(const Values& values) {
    return values.empty() ? 0 : parse_integer(values.front().value_or("")).value_or(0);
}

class Runner {
public:
    Runner(
        engine::Engine& engine,
        engine::Work& work,
        const Subject& subject,
        os::Clock& clock,
        const QualityOptions& options
    )
        : engine_(engine),
          work_(work),
          subject_(subject),
          clock_(clock),
          options_(options),
          pass_(work, quote_table(subject.rows)),
          scan_(work, quote_table(subject.rows), options.aggregates_per_scan, clock) {}

    Result<Outcome> run(const std::vector<Check>& checks);

private:
    Result<void> prepare(const Check& check, Running& running);
    Result<void> pass_over_numbers(std::vector<Running>& all);
    void add_to_scan(Running& running);
    Result<std::int64_t> scan_rows();
    Result<void> ask(Running& running);
    Result<Values> own_pass(const Plan& plan, std::int64_t looked_at);
    Result<bool> all_hashes_differ(const Plan& plan, std::int64_t looked_at);
    Result<void> keep_failing(Running& running, Outcome& outcome);

    engine::Engine& engine_;
    engine::Work& work_;
    const Subject& subject_;
    os::Clock& clock_;
    const QualityOptions& options_;
    NumberPass pass_;
    Scan scan_;
};

Result<void> Runner::prepare(const Check& check, Running& running) {
    running.plan = TRY(compile(check, subject_));
    TRY(gate_texts(engine_, check));
    if (check.kind == Kind::Sql) TRY(work_.add_view(view_name(check), check.sql));
    if (running.plan.claim) running.claim = pass_.add(*running.plan.claim);
    return {};
}

// What it cannot tell, the scan and statements of their own do.
Result<void> Runner::pass_over_numbers(std::vector<Running>& all) {
    if (!pass_.worth_it()) return {};
    const std::int64_t began_us = clock_.monotonic_us();
    const auto passed = pass_.run();
    if (!passed.ok() && !of_one_check(passed.error())) return passed;
    const auto holds = [&](const Running& one) { return one.claim && pass_.holds(*one.claim); };
    const auto held = std::ranges::count_if(all, holds);
    for (Running& one : all) {
        one.holds = passed.ok() && holds(one);
        if (one.holds) one.result.duration_us = (clock_.monotonic_us() - began_us) / held;
    }
    return {};
}

void Runner::add_to_scan(Running& running) {
    if (running.holds || running.result.state == State::Error) return;
    for (const std::string& aggregate : running.plan.aggregates)
        running.numbers.push_back(scan_.add(aggregate));
}

Result<bool> Runner::all_hashes_differ(const Plan& plan, std::int64_t looked_at) {
    return all_different(looked_at, [&](const TakeHashes& take) -> Result<void> {
        const auto hashes = TRY(work_.read_integers(plan.hashes));
        engine::IntegerChunk chunk;
        while (TRY(hashes->next(chunk))) take(chunk.columns.front().values, chunk.rows);
        return {};
    });
}

Result<Values> Runner::own_pass(const Plan& plan, std::int64_t looked_at) {
    if (!plan.hashes.empty() && TRY(all_hashes_differ(plan, looked_at))) return Values{"0"};
    if (plan.reference && TRY(all_referred_to(work_, *plan.reference))) return Values{"0"};
    auto answer = TRY(work_.rows(plan.statement, 1));
    return answer.rows.empty() ? Values{} : std::move(answer.rows.front());
}

Result<void> Runner::ask(Running& running) {
    if (running.result.state == State::Error) return {};
    if (running.holds) {
        conclude(running.plan, {std::to_string(*pass_.row_count()), "0"}, running.result);
        return {};
    }
    Values values;
    for (const std::size_t number : running.numbers) {
        const Scan::Value& value = scan_.value(number);
        running.result.duration_us += value.duration_us;
        if (value.error) {
            mark_error(running.result, *value.error);
            return {};
        }
        values.push_back(value.text);
    }
    const bool settled = running.plan.reading == Reading::MinMax && values.back() == "false";
    if (!running.plan.statement.empty() && !settled) {
        const std::int64_t began_us = clock_.monotonic_us();
        auto more = own_pass(running.plan, count_of(values));
        running.result.duration_us += clock_.monotonic_us() - began_us;
        if (!more.ok()) {
            if (!of_one_check(more.error())) return std::move(more).error();
            mark_error(running.result, more.error());
            return {};
        }
        for (auto& value : *more) values.push_back(std::move(value));
    }
    conclude(running.plan, values, running.result);
    return {};
}

Result<void> Runner::keep_failing(Running& running, Outcome& outcome) {
    if (running.result.state != State::Failed) return {};
    if (running.plan.fails.empty() && running.plan.check->kind != Kind::Sql) return {};
    const catalog::TableName name{
        "tradewind_failing", "rows_" + std::to_string(outcome.kept.size() + 1)
    };
    auto kept = keep_rows(work_, name, running.plan, subject_, options_.quarantine_rows_max);
    if (kept.ok()) {
        running.result.quarantined = *kept;
        auto samples = sample_rows(work_, name, *running.plan.check, options_.samples_max);
        if (samples.ok()) {
            running.result.samples = std::move(*samples);
            outcome.kept.push_back({name, *kept});
            return {};
        }
        kept = std::move(samples).error();
    }
    // The count stands; that its rows cannot be shown is told beside it.
    if (!of_one_check(kept.error())) return std::move(kept).error();
    running.result.quarantined = 0;
    running.result.message += " (its rows could not be kept: " + kept.error().message() + ")";
    return {};
}

// How many there are.
Result<std::int64_t> Runner::scan_rows() {
    const auto known = pass_.row_count();
    const std::size_t count = known ? 0 : scan_.add("count(*)");
    TRY(scan_.run());
    if (known) return *known;
    const Scan::Value& value = scan_.value(count);
    if (value.error) return *value.error;
    return parse_integer(value.text.value_or("")).value_or(0);
}

Result<Outcome> Runner::run(const std::vector<Check>& checks) {
    std::vector<Running> all(checks.size());
    for (std::size_t i = 0; i < checks.size(); ++i) {
        all[i].result = blank_result(checks[i]);
        const auto prepared = prepare(checks[i], all[i]);
        if (prepared.ok()) continue;
        if (!of_one_check(prepared.error())) return prepared.error();
        mark_error(all[i].result, prepared.error());
    }
    TRY(pass_over_numbers(all));
    for (Running& running : all) add_to_scan(running);
    Outcome outcome;
    outcome.row_count = TRY(scan_rows());
    for (Running& running : all) {
        TRY(ask(running));
        TRY(keep_failing(running, outcome));
    }
    for (Running& running : all) outcome.results.push_back(std::move(running.result));
    return outcome;
}

}  // namespace

bool of_one_check(const Error& error) {
    switch (error.code()) {
        case ErrorCode::InvalidArgument:
        case ErrorCode::NotFound:
        case ErrorCode::ResourceExhausted:
            return true;
        default:
            return false;
    }
}

Result<void> gate_texts(engine::Engine& engine, const Check& check) {
    for (const std::string* text :
         {&check.where, &check.to_where, &check.expression, &check.to_expression}) {
        if (text->empty()) continue;
        auto allowed = engine.check_expression(*text);
        // "a) OR (b" is an expression in parentheses, and would come out of those that we put; in
        // brackets it is none.
        if (allowed.ok()) allowed = engine.check_expression("[" + *text + "\n]");
        if (!allowed.ok()) return std::move(allowed).error().at(check.at);
    }
    return {};
}

Result<Outcome> run_all(
    engine::Engine& engine,
    engine::Work& work,
    const std::vector<Check>& checks,
    const Subject& subject,
    os::Clock& clock,
    const QualityOptions& options
) {
    return Runner(engine, work, subject, clock, options).run(checks);
}

}  // namespace tradewind::quality
