// How a run begins: its parameters that are files come in, and what it reads is pinned.
#include <utility>

#include "pipeline/runner.h"

namespace tradewind::pipeline {

Result<void> Runner::begin() {
    const std::int64_t timeout_us =
        asked_.request.timeout_us > 0 ? asked_.request.timeout_us : options_.run_timeout_us;
    deadline_us_ = parts_.clock->monotonic_us() + timeout_us;
    job_.run.with_lock([&](Run& now) {
        now.state = RunState::Running;
        now.started_at = parts_.clock->now();
    });
    const Run run = job_.snapshot();
    warn_unrecorded(records_.update(run));
    for (RunListener* listener : parts_.listeners) listener->on_run(run);
    // One that is gone on with reads what it read before.
    if (!job_.pinned.empty()) return {};
    TRY(take_parameters());
    TRY(inputs_.flush_sources(assets_));
    return records_.pin(run.id, inputs_.pin_all(assets_));
}

// Files among the parameters are brought in, and read as they came.
Result<void> Runner::take_parameters() {
    if (!parts_.resolve_parameter) return {};
    for (const auto& [name, value] : asked_.request.params) {
        auto table = parts_.resolve_parameter(asked_.package, name, value, *job_.cancelled);
        if (!table.ok()) return std::move(table).error().in("parameter " + name);
        if (!*table) continue;
        inputs_.pin_at(**table);
        if (!(*table)->note.empty()) note("parameter " + name + ": " + (*table)->note);
    }
    return {};
}

// Who asked for the run reads it there, and later in its log.
void Runner::note(const std::string& text) {
    job_.run.with_lock([&](Run& now) { now.message += (now.message.empty() ? "" : "\n") + text; });
    warn_unrecorded(records_.add_lines(asked_.id, {{parts_.clock->now(), "", "warning", text}}));
}

}  // namespace tradewind::pipeline
