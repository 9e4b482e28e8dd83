#include "app/steps.h"

#include "base/text.h"

namespace tradewind::app {

schedule::StepKinds make_step_kinds(const StepParts& parts) {
    return {
        make_crawl_step(parts),
        make_import_step(parts),
        make_extract_step(parts),
        make_check_step(parts),
        make_run_step(parts),
        make_train_step(parts),
        make_evaluate_step(parts),
        make_score_step(parts),
        make_http_step(parts)
    };
}

const package::Package* find_package(const Declarations& declared, const std::string& name) {
    for (const package::Package& one : declared.packages) {
        if (one.name == name) return &one;
    }
    return nullptr;
}

Error unknown_name(
    const yaml::Node& node,
    const std::string& what,
    const std::string& name,
    const std::vector<std::string_view>& known
) {
    const auto near = nearest(name, known);
    return std::move(node.error("there is no " + what + " '" + name + "'"))
        .with_hint(near ? "Did you mean '" + *near + "'?" : "");
}

}  // namespace tradewind::app
