#include <algorithm>

#include "app/steps.h"
#include "base/text.h"

namespace tradewind::app {

namespace {

using pipeline::RunState;

// Between two looks whether the job was cancelled.
constexpr std::int64_t wait_us = 500'000;
// A cancelled run gets so long to end.
constexpr int waits_after_cancel_max = 240;
// How far back the run of a step that was cut off is looked for.
constexpr std::int64_t runs_looked_at = 1000;

bool is_over(const pipeline::Run& run) {
    return run.state != RunState::Queued && run.state != RunState::Running;
}
bool is_good(const pipeline::Run& run) {
    return run.state == RunState::Succeeded || run.state == RunState::Skipped;
}

Result<std::map<std::string, std::string>> text_map(const yaml::Node& node) {
    std::map<std::string, std::string> texts;
    if (!node.present()) return texts;
    if (node.kind() != yaml::Kind::Mapping) return node.error("params maps names to texts");
    for (const auto& [name, value] : node.members()) texts[name] = TRY(value.text());
    return texts;
}

// `run`, `run: data+`, `run: [a, b]`, `run: {assets: …, params: …, package: …, force: …}`.
Result<pipeline::RunRequest> read_request(const std::string& package, const yaml::Node& argument) {
    pipeline::RunRequest request;
    request.package = package;
    if (!argument.present()) return request;
    if (argument.kind() != yaml::Kind::Mapping) {
        request.assets = TRY(argument.texts());
        return request;
    }
    TRY(argument.allow_keys({"assets", "params", "package", "force", "from", "to"}));
    if (argument["assets"].present()) request.assets = TRY(argument["assets"].texts());
    request.params = TRY(text_map(argument["params"]));
    request.package = TRY(argument["package"].text_or(package));
    request.force = TRY(argument["force"].boolean_or(false));
    request.from = TRY(argument["from"].text_or(""));
    request.to = TRY(argument["to"].text_or(""));
    return request;
}

class RunStep : public schedule::StepKind {
public:
    explicit RunStep(const StepParts& parts) : parts_(parts) {}
    std::string name() const override { return "run"; }
    Result<void> check(const std::string& package, const yaml::Node& argument) const override;
    std::vector<std::string> effects(const std::string& package, const yaml::Node& argument)
        const override;
    Result<schedule::StepResult> carry_out(const schedule::StepOrder& order) override;

private:
    Result<std::int64_t> begin(const schedule::StepOrder& order);
    Result<std::int64_t> earlier(const schedule::StepOrder& order, const std::string& reason);
    Result<pipeline::Run> await(std::int64_t id, const schedule::StepOrder& order);

    const StepParts parts_;
};

Result<void> RunStep::check(const std::string& package, const yaml::Node& argument) const {
    const pipeline::RunRequest request = TRY(read_request(package, argument));
    if (find_package(*parts_.declared, request.package) == nullptr) {
        std::vector<std::string_view> known;
        for (const auto& one : parts_.declared->packages) known.push_back(one.name);
        return unknown_name(argument["package"], "package", request.package, known);
    }
    const yaml::Node place = argument.kind() == yaml::Kind::Mapping ? argument["assets"] : argument;
    auto assets = pipeline::select_assets(*parts_.graph, request.package, request.assets);
    if (!assets.ok()) return std::move(assets).error().at(place.where());
    return {};
}

std::vector<std::string> RunStep::effects(const std::string& package, const yaml::Node& argument)
    const {
    const auto request = read_request(package, argument);
    if (!request.ok()) return {};
    std::vector<std::string> facts{"run " + request->package};
    const auto assets = pipeline::select_assets(*parts_.graph, request->package, request->assets);
    if (!assets.ok()) return facts;
    for (const pipeline::Asset* asset : *assets) facts.push_back("table " + asset->name.text());
    return facts;
}

// The run that the step had begun when the program ended; 0: none.
Result<std::int64_t> RunStep::earlier(const schedule::StepOrder& order, const std::string& reason) {
    if (!order.resumed) return std::int64_t{0};
    if (!order.runs.empty()) return order.runs.back();
    // It may have been recorded by the pipeline, and not yet by the job.
    for (const pipeline::Run& run : TRY(parts_.pipeline->list(runs_looked_at))) {
        if (run.reason == reason) return run.id;
    }
    return std::int64_t{0};
}

Result<std::int64_t> RunStep::begin(const schedule::StepOrder& order) {
    pipeline::RunRequest request = TRY(read_request(order.trigger.package, order.step.argument));
    request.reason = order.trigger.text() + " " + order.key();
    for (const auto& [name, value] : order.params) request.params.emplace(name, value);
    if (const std::int64_t id = TRY(earlier(order, request.reason)); id != 0) {
        const auto run = parts_.pipeline->show(id);
        if (run.ok() && (is_good(*run) || !is_over(*run))) return id;
        if (run.ok() && parts_.pipeline->resume(id).ok()) return id;
    }
    return TRY(parts_.pipeline->submit(request))
    .id;
}

Result<pipeline::Run> RunStep::await(std::int64_t id, const schedule::StepOrder& order) {
    int waits_after_cancel = 0;
    while (true) {
        pipeline::Run run = TRY(parts_.pipeline->wait(id, wait_us));
        if (is_over(run)) return run;
        if (!order.cancelled->load()) continue;
        if (order.leaving->load() || waits_after_cancel > waits_after_cancel_max)
            return Error(ErrorCode::Cancelled, "run " + std::to_string(id) + " is left to itself");
        // It may have ended by now: then there is nothing to cancel.
        if (waits_after_cancel++ == 0) static_cast<void>(parts_.pipeline->cancel(id).ok());
    }
}

Result<schedule::StepResult> RunStep::carry_out(const schedule::StepOrder& order) {
    const std::int64_t id = TRY(begin(order));
    if (std::ranges::find(order.runs, id) == order.runs.end()) TRY(order.note_run(id));
    const pipeline::Run run = TRY(await(id, order));
    schedule::StepResult result;
    result.message = "run " + std::to_string(id) + " " + to_string(run.state);
    result.failed = !is_good(run);
    if (!result.failed) return result;
    for (const pipeline::AssetRun& asset : run.assets) {
        if (asset.state != RunState::Failed) continue;
        result.message += ": " + asset.asset + ": " + asset.message;
        if (asset.blocked) result.notice = "failed_checks";
        return result;
    }
    if (!run.message.empty()) result.message += ": " + run.message;
    return result;
}

}  // namespace

std::shared_ptr<schedule::StepKind> make_run_step(const StepParts& parts) {
    return std::make_shared<RunStep>(parts);
}

}  // namespace tradewind::app
