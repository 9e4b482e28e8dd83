#include "schedule/fact_watch.h"

#include <algorithm>
#include <set>

#include "base/json.h"

namespace tradewind::schedule {

namespace {

// Runs that may still end otherwise: those under way, and failed ones, which may be gone on with.
constexpr std::size_t open_runs_max = 100;

bool is_ended(const RunFact& run) {
    return run.state == "succeeded" || run.state == "failed" || run.state == "cancelled" ||
           run.state == "skipped";
}

bool is_wanted(const Trigger& trigger, const RunFact& run) {
    if (run.package != trigger.run_package || !is_ended(run)) return false;
    return trigger.run_state == "any" || run.state == trigger.run_state;
}

bool stays_open(const Trigger& trigger, const RunFact& run) {
    if (run.package != trigger.run_package) return false;
    return !is_ended(run) ||
           (trigger.run_state == "succeeded" && run.state != "succeeded" && run.state != "skipped");
}

struct SeenRuns {
    std::int64_t upto = 0;
    std::set<std::int64_t> open;  // up to it, and not over
};

Result<SeenRuns> seen_runs(const std::string& text) {
    SeenRuns seen;
    const json::Value value = TRY(json::parse(text));
    seen.upto = value.integer_or("upto", 0);
    if (const json::Value* open = value.find("open")) {
        for (const json::Value& run : open->items()) seen.open.insert(TRY(run.as_integer()));
    }
    return seen;
}

std::string to_text(const SeenRuns& seen) {
    json::Value value = json::Value::object();
    value.set("upto", seen.upto);
    json::Value& open = value.set("open", json::Value::array());
    for (const std::int64_t run : seen.open) open.add(json::Value::number(run));
    return value.dump();
}

}  // namespace

Result<Fact> look_at_tables(
    const Trigger& trigger, const std::string& seen, const SchedulerParts& parts
) {
    const json::Value before = TRY(json::parse(seen.empty() ? "{}" : seen));
    json::Value now = json::Value::object();
    Fact fact;
    for (const std::string& table : trigger.tables) {
        const std::int64_t version = TRY(parts.table_version(table));
        now.set(table, version);
        if (seen.empty() || before.integer_or(table, version) == version) continue;
        fact.cause +=
            (fact.cause.empty() ? "table " : ", ") + table + " " + std::to_string(version);
        fact.params[table] = std::to_string(version);
    }
    fact.seen = now.dump();
    return fact;
}

Result<Fact> look_at_runs(
    const Trigger& trigger, const std::string& seen, const SchedulerParts& parts
) {
    const bool first = seen.empty();
    const SeenRuns before = first ? SeenRuns{} : TRY(seen_runs(seen));
    const std::int64_t after = before.open.empty() ? before.upto : *before.open.begin() - 1;
    SeenRuns now{before.upto, {}};
    std::int64_t newest = 0;
    for (const RunFact& run : TRY(parts.runs_after(after))) {
        now.upto = std::max(now.upto, run.id);
        if (run.id <= before.upto && !before.open.contains(run.id)) continue;
        if (stays_open(trigger, run)) now.open.insert(run.id);
        // A failed run that was told as failed, and stays open, is no news a second time.
        if (!first && is_wanted(trigger, run)) newest = std::max(newest, run.id);
    }
    while (now.open.size() > open_runs_max) now.open.erase(now.open.begin());
    Fact fact;
    fact.seen = to_text(now);
    if (newest == 0) return fact;
    fact.cause = "run " + std::to_string(newest);
    fact.params["run"] = std::to_string(newest);
    return fact;
}

}  // namespace tradewind::schedule
