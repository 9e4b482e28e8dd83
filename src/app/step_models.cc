// Steps of models: train, evaluate, score. A step that was cut off by the program's end asks anew.
#include <algorithm>

#include "app/steps.h"
#include "base/text.h"

namespace tradewind::app {

namespace {

constexpr std::int64_t look_us = 300'000;

// `train: buy_again`, `train: [buy_again, try_first]`; none: all of the package.
class ModelStep : public schedule::StepKind {
public:
    ModelStep(const StepParts& parts, model::JobKind kind) : parts_(parts), kind_(kind) {}
    std::string name() const override { return model::to_string(kind_); }

    Result<void> check(const std::string& package, const yaml::Node& argument) const override {
        const auto known = names_in(package);
        if (known.empty() && !argument.present())
            return argument.error(
                "package " + package + " has no models" +
                (kind_ == model::JobKind::Score ? " of kind classify" : "")
            );
        for (const std::string& name : TRY(names_of(package, argument))) {
            if (std::ranges::find(known, name) == known.end())
                return unknown_name(argument, "model", name, {known.begin(), known.end()});
        }
        return {};
    }

    Result<schedule::StepResult> carry_out(const schedule::StepOrder& order) override {
        if (parts_.models == nullptr) return Error(ErrorCode::Unavailable, "there are no models");
        schedule::StepResult result;
        const std::string& package = order.trigger.package;
        for (const std::string& name : TRY(names_of(package, order.step.argument))) {
            const model::Job job = TRY(follow(TRY(begin(package + "/" + name)), order));
            result.message += (result.message.empty() ? "" : "; ") + name + " " +
                              model::to_string(job.state) + ": " + job.message;
            result.failed = result.failed || job.state != model::JobState::Succeeded;
        }
        return result;
    }

private:
    std::vector<std::string> names_in(const std::string& package) const {
        std::vector<std::string> names;
        for (const model::ModelSpec& spec :
             model::read_models(*files_, parts_.declared->packages).models)
            if (spec.package == package && (kind_ != model::JobKind::Score || spec.rows))
                names.push_back(spec.name);
        return names;
    }
    Result<std::vector<std::string>> names_of(
        const std::string& package, const yaml::Node& argument
    ) const {
        if (!argument.present()) return names_in(package);
        return argument.texts();
    }
    Result<model::Job> begin(const std::string& model) {
        if (kind_ == model::JobKind::Evaluate) return parts_.models->evaluate(model, 0);
        if (kind_ == model::JobKind::Score) return parts_.models->score(model);
        model::TrainOrder order;
        order.model = model;
        return parts_.models->train(order);
    }
    Result<model::Job> follow(model::Job job, const schedule::StepOrder& order) {
        while (!job.over()) {
            if (order.cancelled->load()) {
                static_cast<void>(parts_.models->cancel(job.id).ok());
                return Error(ErrorCode::Cancelled, "it was cancelled");
            }
            job = TRY(parts_.models->wait(job.id, look_us));
        }
        return job;
    }

    const StepParts parts_;
    const model::JobKind kind_;
    const std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
};

}  // namespace

std::shared_ptr<schedule::StepKind> make_train_step(const StepParts& parts) {
    return std::make_shared<ModelStep>(parts, model::JobKind::Train);
}

std::shared_ptr<schedule::StepKind> make_evaluate_step(const StepParts& parts) {
    return std::make_shared<ModelStep>(parts, model::JobKind::Evaluate);
}

std::shared_ptr<schedule::StepKind> make_score_step(const StepParts& parts) {
    return std::make_shared<ModelStep>(parts, model::JobKind::Score);
}

}  // namespace tradewind::app
