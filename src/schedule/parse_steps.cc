#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "schedule/parse.h"

namespace tradewind::schedule {

namespace {

constexpr std::size_t steps_max = 100;  // of one job: a person reads them

// All that a step can be; which of them the program offers is told by its kinds.
constexpr std::array<std::string_view, 11> step_words{
    "crawl",
    "import",
    "extract",
    "check",
    "run",
    "train",
    "evaluate",
    "score",
    "compact",
    "backup",
    "http"
};

const StepKind* find_kind(const StepKinds& kinds, const std::string& name) {
    for (const auto& kind : kinds) {
        if (kind->name() == name) return kind.get();
    }
    return nullptr;
}

std::string offered(const StepKinds& kinds) {
    std::string names;
    for (const auto& kind : kinds) names += (names.empty() ? "" : ", ") + kind->name();
    return names;
}

Error unknown_kind(const std::string& name, const SourceLocation& at, const StepKinds& kinds) {
    if (std::ranges::find(step_words, name) != step_words.end())
        return Error(ErrorCode::InvalidArgument, "the step " + name + " is not offered yet")
            .at(at)
            .with_hint("This version has " + offered(kinds) + ".");
    std::vector<std::string_view> known(step_words.begin(), step_words.end());
    const auto near = nearest(name, known);
    return Error(ErrorCode::InvalidArgument, "there is no step '" + name + "'")
        .at(at)
        .with_hint(
            (near ? "Did you mean " + *near + "? " : "") + "There is " + offered(kinds) + "."
        );
}

bool is_select(std::string_view text) {
    const std::string start = to_lower_ascii(trim(text).substr(0, 6));
    return start.starts_with("select") || start.starts_with("with ") || start.starts_with("with\n");
}

Result<void> read_when(const yaml::Node& node, Step& step) {
    const std::string word = TRY(node.text_or("success"));
    if (word == "success") {
        step.when = When::Success;
    } else if (word == "failure") {
        step.when = When::Failure;
    } else if (word == "always") {
        step.when = When::Always;
    } else if (is_select(word)) {
        step.when = When::Condition;
        step.condition = word;
    } else {
        return std::move(node.error("'" + word + "' is no when"))
            .with_hint("It is success, failure, always, or a SELECT whose first value is true.");
    }
    return {};
}

Result<Step> read_step(const yaml::Node& node, const Reading& in) {
    Step step;
    step.at = node.where();
    if (node.kind() == yaml::Kind::Scalar) {
        step.kind = node.scalar();
    } else if (node.kind() == yaml::Kind::Mapping) {
        for (const auto& [key, value] : node.members()) {
            if (key == "when") continue;
            if (!step.kind.empty())
                return std::move(node.error("one step is two: " + step.kind + " and " + key))
                    .with_hint("Each step has a dash of its own.");
            step.kind = key;
            step.argument = value;
        }
    }
    if (step.kind.empty())
        return std::move(node.error("a step is a word, or a word with what it shall do"))
            .with_hint("As in: - run, or - import: {source: orders, folder: incoming}.");
    const StepKind* kind = find_kind(in.kinds, step.kind);
    if (kind == nullptr) return unknown_kind(step.kind, step.at, in.kinds);
    auto checked = kind->check(in.package, step.argument);
    if (!checked.ok()) {
        Error error = std::move(checked).error();
        return error.where() && error.where()->line > 0 ? error : std::move(error).at(step.at);
    }
    if (node.kind() == yaml::Kind::Mapping) TRY(read_when(node["when"], step));
    return step;
}

}  // namespace

Result<std::vector<Step>> read_steps(const yaml::Node& node, const Reading& in) {
    if (node.kind() != yaml::Kind::Sequence || node.items().empty())
        return std::move(node.error("steps is a list of at least one"))
            .with_hint("As in: steps: [crawl, run].");
    if (node.items().size() > steps_max)
        return node.error("more than " + std::to_string(steps_max) + " steps");
    std::vector<Step> steps;
    for (const yaml::Node& item : node.items()) steps.push_back(TRY(read_step(item, in)));
    if (steps.front().when == When::Failure)
        return Error(ErrorCode::InvalidArgument, "before the first step nothing can have failed")
            .at(steps.front().at);
    return steps;
}

}  // namespace tradewind::schedule
