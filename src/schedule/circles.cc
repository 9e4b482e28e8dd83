// Sensors that would start each other, or themselves, for ever.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "schedule/schedule.h"

namespace tradewind::schedule {

namespace {

std::vector<std::string> waits_for(const Trigger& trigger) {
    std::vector<std::string> facts;
    if (trigger.kind == Kind::Run) facts.push_back("run " + trigger.run_package);
    for (const std::string& table : trigger.tables) facts.push_back("table " + table);
    return facts;
}

std::set<std::string> brings_about(const Trigger& trigger, const StepKinds& kinds) {
    std::set<std::string> facts;
    for (const Step& step : trigger.steps) {
        for (const auto& kind : kinds) {
            if (kind->name() != step.kind) continue;
            for (std::string& fact : kind->effects(trigger.package, step.argument))
                facts.insert(std::move(fact));
        }
    }
    return facts;
}

// A depth-first walk over "starts": an edge leads from a sensor to those that wait for what its
// steps bring about.
class Walk {
public:
    Walk(const std::vector<Trigger>& triggers, const StepKinds& kinds) {
        for (const Trigger& trigger : triggers) {
            if (trigger.kind != Kind::Run && trigger.kind != Kind::Table) continue;
            sensors_.push_back(&trigger);
            waits_.push_back(waits_for(trigger));
            effects_.push_back(brings_about(trigger, kinds));
        }
        done_.resize(sensors_.size());
    }

    Result<void> check() {
        for (std::size_t i = 0; i < sensors_.size(); ++i) {
            std::vector<std::size_t> way;
            TRY(follow(i, way));
        }
        return {};
    }

private:
    bool starts(std::size_t from, std::size_t to) const {
        return std::ranges::any_of(waits_[to], [&](const std::string& fact) {
            return effects_[from].contains(fact);
        });
    }

    Result<void> follow(std::size_t at, std::vector<std::size_t>& way) {
        const auto before = std::ranges::find(way, at);
        if (before != way.end()) return circle({before, way.end()});
        if (done_[at]) return {};
        way.push_back(at);
        for (std::size_t next = 0; next < sensors_.size(); ++next) {
            if (starts(at, next)) TRY(follow(next, way));
        }
        way.pop_back();
        done_[at] = true;
        return {};
    }

    Error circle(const std::vector<std::size_t>& way) const {
        std::string text;
        for (const std::size_t at : way) text += sensors_[at]->text() + " starts ";
        text += sensors_[way.front()]->text();
        const std::string& fact = waits_[way.front()].front();
        return Error(ErrorCode::InvalidArgument, "sensors go in a circle: " + text)
            .at(sensors_[way.front()]->at)
            .with_detail(
                "It waits for " + fact + ", which its steps, or those that they start, bring about."
            )
            .with_hint("Start its steps from a schedule, or wait for something else.");
    }

    std::vector<const Trigger*> sensors_;
    std::vector<std::vector<std::string>> waits_;
    std::vector<std::set<std::string>> effects_;
    std::vector<bool> done_;
};

}  // namespace

Result<void> check_circles(const std::vector<Trigger>& triggers, const StepKinds& kinds) {
    return Walk(triggers, kinds).check();
}

}  // namespace tradewind::schedule
