#include "model/trainer.h"

#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "model/batch_table.h"
#include "model/classify.h"
#include "model/evaluation.h"
#include "model/gate.h"
#include "model/learnt_rows.h"
#include "model/live_baskets.h"
#include "model/popular.h"

namespace tradewind::model {

namespace {

constexpr std::int64_t run_look_us = 200'000;

bool is_over(pipeline::RunState state) {
    return state != pipeline::RunState::Queued && state != pipeline::RunState::Running;
}

double metric_of(const json::Value& report, const std::string& metric) {
    const json::Value* metrics = report.find("metrics");
    const json::Value* value = metrics == nullptr ? nullptr : metrics->find(metric);
    if (value == nullptr || value->is_null()) return std::nan("");
    const auto number = value->as_double();
    return number.ok() ? *number : std::nan("");
}

std::string short_text(double value) {
    return number(value).text();
}

}  // namespace

Result<void> Trainer::check_cancelled() const {
    if (cancelled_ != nullptr && *cancelled_)
        return Error(ErrorCode::Cancelled, "it was cancelled");
    return {};
}

Result<void> Trainer::run_assets(
    const std::string& package, const std::vector<std::string>& assets
) {
    pipeline::RunRequest request;
    request.package = package;
    request.assets = assets;
    request.reason = "model " + spec_.text();
    pipeline::Run run = TRY(of_.parts.pipeline->submit(request));
    tell_("run " + std::to_string(run.id) + " brings its tables up to date");
    while (!is_over(run.state)) {
        if (!check_cancelled().ok()) static_cast<void>(of_.parts.pipeline->cancel(run.id).ok());
        run = TRY(of_.parts.pipeline->wait(run.id, run_look_us));
    }
    TRY(check_cancelled());
    if (run.state == pipeline::RunState::Succeeded || run.state == pipeline::RunState::Skipped)
        return {};
    return Error(
               ErrorCode::Conflict,
               "run " + std::to_string(run.id) + ", which brings its tables up to date, " +
                   pipeline::to_string(run.state)
    )
        .with_detail(run.message)
        .with_hint("See tradewind run-log " + std::to_string(run.id) + ".");
}

Result<void> Trainer::refresh() {
    std::set<catalog::TableName> names{spec_.interactions.table};
    if (spec_.items) names.insert(spec_.items->table);
    if (spec_.features) names.insert(spec_.features->table);
    if (spec_.live) names.insert(spec_.live->table);
    std::map<std::string, std::vector<std::string>> assets;
    for (const catalog::TableName& name : names) {
        if (of_.parts.pipeline->graph().find(name) != nullptr)
            assets[name.schema].push_back("+" + name.table);
    }
    for (const auto& [package, wanted] : assets) TRY(run_assets(package, wanted));
    return {};
}

Result<void> Trainer::open_tables() {
    tables_ = TRY(PinnedTables::open(of_.parts, of_.options.timeout_us, cancelled_));
    tell_("reading " + spec_.interactions.table.text());
    if (spec_.rows) return tables_->add(spec_.rows->table);
    shop_ = TRY(read_shop(*tables_, spec_));
    return {};
}

Training Trainer::training(double search_seconds) {
    return {
        spec_,
        *tables_,
        shop_,
        {of_.options.threads, cancelled_},
        tell_,
        search_seconds,
        of_.parts.clock
    };
}

json::Value Trainer::card_of(const Learnt& learnt) const {
    json::Value card = json::Value::object();
    card.set("model", spec_.name);
    card.set("package", spec_.package);
    card.set("kind", to_string(spec_.kind));
    card.set("created_at", format_iso(of_.parts.clock->now()) + "Z");
    json::Value& data = card.set("data", json::Value::object());
    for (const auto& [table, version] : tables_->versions()) data.set(table, version);
    json::Value& parameters = card.set("parameters", json::Value::object());
    for (const auto& [name, value] : spec_.parameters) parameters.set(name, number(value));
    for (const auto& [name, value] : learnt.facts.members()) card.set(name, value);
    return card;
}

Result<json::Value> Trainer::measure(const Training& training, const StoredVersion& version) {
    const json::Value measured = TRY(model::evaluate(training, version));
    json::Value report = json::Value::object();
    report.set("model", spec_.name);
    report.set("package", spec_.package);
    report.set("kind", to_string(spec_.kind));
    report.set("version", version.number);
    report.set("evaluated_at", format_iso(of_.parts.clock->now()) + "Z");
    for (const auto& [name, value] : measured.members()) report.set(name, value);
    json::Value& data = report.set("data", json::Value::object());
    for (const auto& [table, number] : tables_->versions()) data.set(table, number);
    return report;
}

// The served version on the same data: what cannot be measured there any more stands in nobody's
// way.
Result<Trainer::Gated> Trainer::gate(const Training& training, const json::Value& report) {
    Gated gated;
    gated.told = json::Value::object();
    gated.told.set("metric", spec_.gate.metric);
    const double fresh = metric_of(report, spec_.gate.metric);
    if (std::isnan(fresh)) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "the gate looks at '" + spec_.gate.metric + "', which the report does not have"
        )
            .at(spec_.at);
    }
    gated.told.set("value", number(fresh));
    const std::int64_t served = of_.shelf.get(spec_).version;
    if (served == 0) return gated;
    tell_("version " + std::to_string(served) + " on the same data");
    const auto stored = of_.registry.load(spec_.text(), served);
    const auto beside =
        stored.ok() ? measure(training, *stored) : Result<json::Value>(stored.error());
    TRY(check_cancelled());
    if (!beside.ok()) {
        log::warn(
            "the served model cannot be measured beside the new one",
            {{"model", spec_.text()}, {"reason", beside.error().describe()}}
        );
        gated.words = "version " + std::to_string(served) + " could not be measured beside it";
        return gated;
    }
    const double before = metric_of(*beside, spec_.gate.metric);
    gated.told.set("served", served);
    gated.told.set("served_value", number(before));
    gated.passed = passes_gate(spec_.gate, fresh, before);
    gated.words = spec_.gate.metric + " " + short_text(fresh) + ", of version " +
                  std::to_string(served) + " " + short_text(before);
    return gated;
}

Result<void> Trainer::train(const TrainOrder& order, Job& job) {
    if (order.refresh) TRY(refresh());
    TRY(open_tables());
    const double seconds = order.search_seconds >= 0 ? order.search_seconds : spec_.search_seconds;
    const Training training = this->training(seconds);
    TRY(check_made_columns(*tables_, spec_));
    Learnt learnt = TRY(model::train(training));
    if (!spec_.rows) keep_known(training, learnt);
    if (spec_.live) learnt.facts.set("live_from", TRY(live_from(*tables_, spec_)));
    TRY(check_cancelled());
    tell_("evaluating");
    StoredVersion fresh;
    fresh.card = card_of(learnt);
    fresh.files = std::move(learnt.files);
    json::Value report = TRY(measure(training, fresh));
    const Gated gated = TRY(gate(training, report));
    fresh.card.set("gate", gated.told);
    fresh.card.set("metrics", *report.find("metrics"));
    TRY(check_cancelled());
    tell_("registering");
    job.version = TRY(of_.registry.add(spec_.text(), fresh.card, fresh.files));
    report.set("version", job.version);
    TRY(of_.records.add_report(spec_.text(), job.version, of_.parts.clock->now(), report));
    job.message = "version " + std::to_string(job.version) + ": " + spec_.gate.metric + " " +
                  short_text(metric_of(report, spec_.gate.metric));
    job.promoted = gated.passed && order.promote;
    if (!gated.passed) job.message += "; not promoted, for it is worse: " + gated.words;
    if (!job.promoted) return {};
    auto served = TRY(of_.shelf.load(spec_, job.version));
    TRY(of_.registry.promote(spec_.text(), job.version));
    of_.shelf.set(spec_, {job.version, std::move(served), ""});
    return write_tables(training, fresh, job);
}

// What a package makes itself under the name is its own.
bool Trainer::is_asset(const catalog::TableName& name) const {
    const pipeline::AssetGraph& graph = of_.parts.pipeline->graph();
    return graph.find(name) != nullptr || graph.find_faulty(name) != nullptr;
}

// What SQL sees of the version that serves from now on.
Result<void> Trainer::write_tables(const Training& training, const StoredVersion& fresh, Job& job) {
    const auto lists = fresh.files.find("lists.bin");
    if (spec_.rows && !is_asset(scores_table(spec_))) {
        tell_("writing the table of scores");
        const auto scores = TRY(score_rows(training, fresh));
        TRY(write_scores(of_.parts, *tables_, spec_, scores, job.version));
    } else if (lists != fresh.files.end() && !is_asset(recommendations_table(spec_))) {
        tell_("writing the table of recommendations");
        const Lists read = TRY(Lists::from_bytes(lists->second, shop_.items.size()));
        TRY(write_lists(of_.parts, *tables_, spec_, read, job.version));
    }
    if (!has_learnt(spec_) || is_asset(learnt_table(spec_))) return {};
    tell_("writing the table of what was learnt from");
    const auto written = write_learnt_rows(training, fresh, job.version);
    if (written.ok()) return {};
    // Checks alone read it: the version serves all the same.
    const std::string name = learnt_table(spec_).text();
    log::warn(
        "what a model learnt from could not be written",
        {{"table", name}, {"reason", written.error().describe()}}
    );
    job.message += "; " + name + " could not be written: " + written.error().message();
    return {};
}

Result<void> Trainer::write_learnt_rows(
    const Training& training, const StoredVersion& fresh, std::int64_t version
) {
    const auto learnt = TRY(score_learnt_rows(training, fresh));
    return write_learnt(of_.parts, *tables_, spec_, learnt, version);
}

// Of that number, or (0) the one that serves.
Result<StoredVersion> Trainer::stored(std::int64_t version) {
    const std::int64_t wanted = version > 0 ? version : of_.shelf.get(spec_).version;
    if (wanted > 0) return of_.registry.load(spec_.text(), wanted);
    return Error(ErrorCode::Conflict, spec_.text() + " was never trained")
        .with_hint("Train it: tradewind train " + spec_.name + ".");
}

Result<void> Trainer::evaluate(std::int64_t version, Job& job) {
    const StoredVersion stored = TRY(this->stored(version));
    job.version = stored.number;
    TRY(open_tables());
    tell_("evaluating");
    const json::Value report = TRY(measure(training(0), stored));
    TRY(of_.records.add_report(spec_.text(), job.version, of_.parts.clock->now(), report));
    job.message = "version " + std::to_string(job.version) + ": " + spec_.gate.metric + " " +
                  short_text(metric_of(report, spec_.gate.metric));
    return {};
}

// All rows of now: what came in since the training among them.
Result<void> Trainer::score(Job& job) {
    const StoredVersion stored = TRY(this->stored(0));
    job.version = stored.number;
    if (is_asset(scores_table(spec_))) {
        return Error(
                   ErrorCode::Conflict,
                   scores_table(spec_).text() + " is a table that the package makes itself"
        )
            .with_hint("Give the asset or the model another name.");
    }
    TRY(refresh());
    TRY(open_tables());
    tell_("scoring");
    const Training all = training(0);
    TRY(check_trained_columns(all, stored));
    const auto scores = TRY(score_rows(all, stored));
    TRY(check_cancelled());
    tell_("writing the table of scores");
    TRY(write_scores(of_.parts, *tables_, spec_, scores, job.version));
    job.message = format_count(static_cast<std::int64_t>(scores.size())) +
                  " rows scored by version " + std::to_string(job.version);
    return {};
}

}  // namespace tradewind::model
