#include <algorithm>

#include "app/run_following.h"
#include "app/steps.h"
#include "base/text.h"

namespace tradewind::app {

namespace {

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
    // One that has a fault is told of as an asset, and fails the step when it runs.
    const bool faulty =
        !pipeline::select_faulty(*parts_.graph, request.package, request.assets).empty();
    if (!assets.ok() && !faulty) return std::move(assets).error().at(place.where());
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

Result<schedule::StepResult> RunStep::carry_out(const schedule::StepOrder& order) {
    RunOrder run_order;
    run_order.request = TRY(read_request(order.trigger.package, order.step.argument));
    run_order.request.reason = order.trigger.text() + " " + order.key();
    for (const auto& [name, value] : order.params) run_order.request.params.emplace(name, value);
    run_order.resumed = order.resumed;
    run_order.runs = order.runs;
    run_order.note_run = order.note_run;
    run_order.cancelled = order.cancelled;
    run_order.leaving = order.leaving;
    const pipeline::Run run = TRY(carry_out_run(*parts_.pipeline, run_order));
    schedule::StepResult result;
    result.message = "run " + std::to_string(run.id) + " " + to_string(run.state);
    result.failed = !is_good(run);
    if (!result.failed && !run.message.empty()) result.message += ": " + run.message;
    if (!result.failed) return result;
    const RunFailure failure = failure_of(run);
    if (!failure.text.empty()) result.message += ": " + failure.text;
    if (failure.blocked) result.notice = "failed_checks";
    return result;
}

}  // namespace

std::shared_ptr<schedule::StepKind> make_run_step(const StepParts& parts) {
    return std::make_shared<RunStep>(parts);
}

}  // namespace tradewind::app
