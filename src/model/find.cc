#include "model/find.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace tradewind::model {

Result<const ModelSpec*> find_model(const std::vector<ModelSpec>& models, const std::string& name) {
    std::string wanted = name;
    std::ranges::replace(wanted, '.', '/');
    std::ranges::replace(wanted, ':', '/');
    const bool whole = wanted.find('/') != std::string::npos;
    const ModelSpec* found = nullptr;
    std::string all;
    for (const ModelSpec& one : models) {
        if ((whole ? one.text() : one.name) != wanted) continue;
        all += (all.empty() ? "" : ", ") + one.text();
        if (found != nullptr) {
            return Error(ErrorCode::Conflict, "several packages have a model " + name)
                .with_hint("Name one of " + all + ".");
        }
        found = &one;
    }
    if (found != nullptr) return found;
    std::vector<std::string> texts;
    for (const ModelSpec& one : models) texts.push_back(whole ? one.text() : one.name);
    const auto near = nearest(wanted, {texts.begin(), texts.end()});
    return Error(ErrorCode::NotFound, "there is no model " + name)
        .with_hint(
            near ? "Did you mean '" + *near + "'?" : "Packages declare models in models/NAME.yml."
        );
}

bool has_data(const ModelParts& parts, const catalog::TableName& table) {
    std::vector<catalog::TableName> todo{table};
    std::set<catalog::TableName> seen{table};
    while (!todo.empty()) {
        const catalog::TableName name = todo.back();
        todo.pop_back();
        const pipeline::Asset* asset = parts.pipeline->graph().find(name);
        if (asset == nullptr) {
            const auto info = parts.catalog->show(name);
            if (info.ok() && info->version.row_count > 0) return true;
            continue;
        }
        for (const engine::TableUse& use : asset->inputs)
            if (seen.insert(use.name).second) todo.push_back(use.name);
    }
    return false;
}

}  // namespace tradewind::model
