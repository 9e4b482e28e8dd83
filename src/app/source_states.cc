#include "app/source_states.h"

#include <algorithm>

namespace tradewind::app {

namespace {

// As many versions back as are looked at; more of them at once are taken for an import's.
constexpr std::int64_t versions_max = 20;

bool by_import(const lake::Version& version) {
    return version.run.starts_with("import ");
}

}  // namespace

SourceStates::SourceStates(lake::Lake& lake, std::map<std::string, deliver::Delivery*> deliveries)
    : lake_(lake), deliveries_(std::move(deliveries)) {
    for (const auto& [source, delivery] : deliveries_)
        at_first_[source] = state(source).value_or(pipeline::SourceState());
}

bool SourceStates::changed() {
    if (crawled_) return true;
    return std::ranges::any_of(at_first_, [this](const auto& known) {
        const auto now = state(known.first).value_or(pipeline::SourceState());
        return now.version != known.second.version || now.hot_records != known.second.hot_records;
    });
}

void SourceStates::look_at(const std::string& dataset, const lake::Version& newest, Known& known) {
    if (newest.number <= known.looked_at) return;
    const std::int64_t first = std::max(known.looked_at + 1, newest.number - versions_max);
    bool imported = by_import(newest) || newest.number - known.looked_at > versions_max;
    for (std::int64_t number = first; number < newest.number && !imported; ++number) {
        const auto version = lake_.version(dataset, number);
        imported = !version.ok() || by_import(*version);
    }
    if (imported) known.import_version = newest.number;
    known.looked_at = newest.number;
}

Result<void> SourceStates::flush(const std::string& source) {
    const auto delivery = deliveries_.find(source);
    return delivery == deliveries_.end() ? Result<void>() : delivery->second->flush();
}

std::optional<pipeline::SourceState> SourceStates::state(const std::string& source) {
    const auto delivery = deliveries_.find(source);
    if (delivery == deliveries_.end()) return std::nullopt;
    const std::string dataset = "raw/" + source + "/table";
    const auto version = lake_.current(dataset);
    if (!version.ok()) return std::nullopt;
    pipeline::SourceState state;
    state.version = version->number;
    state.import_version = known_.with_lock([&](auto& all) {
        look_at(dataset, *version, all[dataset]);
        return all[dataset].import_version;
    });
    for (const deliver::SinkStatus& sink : delivery->second->sinks()) {
        const auto stored = version->positions.find(sink.name);
        if (sink.name != "table") continue;
        const std::int64_t in_files = stored == version->positions.end() ? 0 : stored->second.value;
        // What the sink has still to take is none of it: a held or slow one makes nothing due.
        state.hot_records = sink.position.value - in_files;
    }
    return state;
}

}  // namespace tradewind::app
