#include "pipeline/run_order.h"

#include <map>
#include <utility>

namespace tradewind::pipeline {

namespace {

void collect_inputs(
    const AssetGraph& graph, const Asset& asset, std::set<catalog::TableName>& inputs
);

void collect(
    const AssetGraph& graph, const catalog::TableName& name, std::set<catalog::TableName>& inputs
) {
    if (!inputs.insert(name).second) return;
    const Asset* input = graph.find(name);
    if (input != nullptr && input->materialize == Materialize::View)
        collect_inputs(graph, *input, inputs);
}

// What it reads and is checked against, and what the views among these are made from.
void collect_inputs(
    const AssetGraph& graph, const Asset& asset, std::set<catalog::TableName>& inputs
) {
    for (const engine::TableUse& use : asset.inputs) collect(graph, use.name, inputs);
    for (const catalog::TableName& name : asset.check_inputs) collect(graph, name, inputs);
}

}  // namespace

RunOrder::RunOrder(const AssetGraph& graph, std::vector<const Asset*> assets)
    : assets_(std::move(assets)), steps_(assets_.size()) {
    std::map<catalog::TableName, std::size_t> places;
    for (std::size_t i = 0; i < assets_.size(); ++i) places[assets_[i]->name] = i;
    for (std::size_t i = 0; i < assets_.size(); ++i) {
        std::set<catalog::TableName> inputs;
        collect_inputs(graph, *assets_[i], inputs);
        for (const catalog::TableName& input : inputs) {
            const auto place = places.find(input);
            if (place == places.end()) continue;
            steps_[place->second].readers.insert(i);
            ++steps_[i].waits_for;
        }
        if (steps_[i].waits_for == 0) ready_.insert(i);
    }
}

std::optional<std::size_t> RunOrder::take() {
    if (ready_.empty()) return std::nullopt;
    const std::size_t place = *ready_.begin();
    ready_.erase(ready_.begin());
    return place;
}

void RunOrder::done(std::size_t place) {
    for (const std::size_t reader : steps_[place].readers) {
        if (--steps_[reader].waits_for == 0 && !steps_[reader].given_up) ready_.insert(reader);
    }
}

std::vector<std::size_t> RunOrder::give_up(std::size_t place) {
    std::vector<std::size_t> readers;
    for (const std::size_t reader : steps_[place].readers) {
        if (std::exchange(steps_[reader].given_up, true)) continue;
        readers.push_back(reader);
        const std::vector<std::size_t> more = give_up(reader);
        readers.insert(readers.end(), more.begin(), more.end());
    }
    return readers;
}

}  // namespace tradewind::pipeline
