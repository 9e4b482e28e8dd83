#include "schedule/parse.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/text.h"

namespace tradewind::schedule {

namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 86'400 * second_us;
constexpr std::int64_t timeout_default_us = 7200 * second_us;
constexpr std::int64_t timeout_max_us = 30 * day_us;
constexpr std::size_t triggers_max = 1000;  // of one package: people write them

Result<CatchUp> read_catch_up(const yaml::Node& node) {
    const std::string word = TRY(node.text_or("last"));
    for (const CatchUp one : {CatchUp::None, CatchUp::Last, CatchUp::All}) {
        if (word == to_string(one)) return one;
    }
    return not_one_of(node, "catch_up", {"none", "last", "all"});
}

Result<Trigger> read_schedule(const std::string& name, const yaml::Node& node, const Reading& in) {
    TRY(node.allow_keys(
        {"cron",
         "description",
         "timezone",
         "catch_up",
         "jitter",
         "paused",
         "timeout",
         "waits_for",
         "steps"}
    ));
    Trigger trigger;
    trigger.name = name;
    TRY(read_common(node, in, trigger));
    if (node["cron"].kind() == yaml::Kind::Sequence)
        return node["cron"].error("cron is one text of five fields");
    trigger.times = TRY(read_times(node["cron"], trigger.zone));
    trigger.catch_up = TRY(read_catch_up(node["catch_up"]));
    trigger.jitter_us = TRY(read_duration(node["jitter"], 0, {0, day_us}));
    return trigger;
}

Error misnamed(const yaml::Node& parent, const std::string& name, const char* what) {
    return Error(
               ErrorCode::InvalidArgument,
               std::string("not a name for a ") + what + ": '" + name + "'"
    )
        .at(parent.where_key(name))
        .with_hint("Names are lower-case letters, digits and underscores, and begin with a letter."
        );
}

using ReadOne = Result<Trigger> (*)(const std::string&, const yaml::Node&, const Reading&);

Result<void> read_group(
    const yaml::Node& group,
    const char* what,
    const Reading& in,
    ReadOne read,
    std::vector<Trigger>& triggers
) {
    if (!group.present()) return {};
    if (group.kind() != yaml::Kind::Mapping)
        return group.error(std::string("a ") + what + " has a name, with its keys below it");
    for (const auto& [name, node] : group.members()) {
        if (!is_name(name)) return misnamed(group, name, what);
        const auto same = [&, &key = name](const Trigger& one) { return one.name == key; };
        if (std::ranges::any_of(triggers, same)) {
            return Error(ErrorCode::InvalidArgument, name + " is a schedule and a sensor")
                .at(group.where_key(name))
                .with_hint("Rename one: jobs are found by that name.");
        }
        if (node.kind() != yaml::Kind::Mapping)
            return Error(
                       ErrorCode::InvalidArgument, std::string(what) + " " + name + " says nothing"
            )
                .at(group.where_key(name));
        if (triggers.size() >= triggers_max)
            return group.error("more than " + std::to_string(triggers_max) + " of a package");
        Trigger trigger = TRY(read(name, node, in));
        trigger.at = group.where_key(name);
        triggers.push_back(std::move(trigger));
    }
    return {};
}

// Whom each of them waits for, and they in turn.
class WaitCircles {
public:
    explicit WaitCircles(const std::vector<Trigger>& triggers) : triggers_(triggers) {}

    Result<void> check() {
        for (const Trigger& one : triggers_) {
            std::vector<std::string> way;
            TRY(follow(one, way));
        }
        return {};
    }

private:
    const Trigger* find(const std::string& name) const {
        for (const Trigger& one : triggers_) {
            if (one.name == name) return &one;
        }
        return nullptr;
    }

    Result<void> follow(const Trigger& one, std::vector<std::string>& way) {
        if (done_.contains(one.name)) return {};
        const bool again = std::ranges::find(way, one.name) != way.end();
        way.push_back(one.name);
        if (again) return circle(one, way);
        for (const std::string& name : one.waits_for) {
            const Trigger* other = find(name);
            if (other == nullptr) return unknown(one, name);
            TRY(follow(*other, way));
        }
        way.pop_back();
        done_.insert(one.name);
        return {};
    }

    static Error circle(const Trigger& one, const std::vector<std::string>& way) {
        std::string text;
        for (const std::string& name : way) text += (text.empty() ? "" : " waits for ") + name;
        return Error(ErrorCode::InvalidArgument, "waits_for goes in a circle: " + text).at(one.at);
    }

    Error unknown(const Trigger& one, const std::string& name) const {
        std::vector<std::string_view> known;
        for (const Trigger& other : triggers_) known.push_back(other.name);
        const auto near = nearest(name, known);
        return Error(
                   ErrorCode::InvalidArgument,
                   one.name + " waits for '" + name + "', which the package does not have"
        )
            .at(one.at)
            .with_hint(
                near ? "Did you mean '" + *near + "'?" : "Name a schedule or sensor of the package."
            );
    }

    const std::vector<Trigger>& triggers_;
    std::set<std::string> done_;
};

}  // namespace

bool is_name(std::string_view text) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && text.size() <= limits::field_name_bytes_max && lower(text[0]) &&
           std::ranges::all_of(text, [&](char c) {
               return lower(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

Error not_one_of(
    const yaml::Node& node, const std::string& what, const std::vector<std::string_view>& known
) {
    std::string words;
    for (const std::string_view word : known)
        words += (words.empty() ? "" : ", ") + std::string(word);
    const auto near = nearest(node.scalar(), known);
    return std::move(node.error("'" + node.scalar() + "' is no " + what))
        .with_hint((near ? "Did you mean " + *near + "? " : "") + "It is one of " + words + ".");
}

Result<std::int64_t> read_duration(
    const yaml::Node& node, std::int64_t fallback_us, DurationBounds bounds
) {
    if (!node.present()) return fallback_us;
    const auto read = parse_duration_us(TRY(node.text()));
    if (read.ok() && *read >= bounds.min_us && *read <= bounds.max_us) return *read;
    return std::move(node.error("'" + node.scalar() + "' is no duration that can be here"))
        .with_hint(
            "It is a number with its unit, such as 30s, 5m or 2h, and from " +
            format_duration_us(bounds.min_us) + " to " + format_duration_us(bounds.max_us) + "."
        );
}

Result<std::vector<Cron>> read_times(
    const yaml::Node& node, const std::shared_ptr<const os::TimeZone>& zone
) {
    std::vector<Cron> times;
    const bool list = node.kind() == yaml::Kind::Sequence;
    for (const yaml::Node& one : list ? node.items() : std::vector<yaml::Node>{node}) {
        auto time = Cron::parse(TRY(one.text()), zone);
        if (!time.ok()) return std::move(time).error().at(one.where());
        times.push_back(std::move(time).take());
    }
    if (times.empty()) return node.error("there is no time");
    return times;
}

Result<std::shared_ptr<const os::TimeZone>> read_zone(
    const yaml::Node& node, std::shared_ptr<const os::TimeZone> fallback
) {
    if (!node.present()) return fallback;
    auto zone = os::find_time_zone(TRY(node.text()));
    if (!zone.ok()) return std::move(zone).error().at(node.where());
    return zone;
}

Result<void> read_common(const yaml::Node& node, const Reading& in, Trigger& trigger) {
    trigger.package = in.package;
    trigger.description = TRY(node["description"].text_or(""));
    trigger.zone = TRY(read_zone(node["timezone"], in.zone));
    trigger.paused = TRY(node["paused"].boolean_or(false));
    trigger.timeout_us =
        TRY(read_duration(node["timeout"], timeout_default_us, {second_us, timeout_max_us}));
    if (node["waits_for"].present()) trigger.waits_for = TRY(node["waits_for"].texts());
    if (!node["steps"].present())
        return std::move(node.error(trigger.name + " has no steps"))
            .with_hint("Say what it starts, as in: steps: [run].");
    trigger.steps = TRY(read_steps(node["steps"], in));
    return {};
}

Result<std::shared_ptr<const os::TimeZone>> zone_of(const package::Package& package) {
    return read_zone(package.manifest["timezone"], TRY(os::find_time_zone("UTC")));
}

Result<std::vector<Trigger>> read_triggers(
    const package::Package& package, const StepKinds& kinds
) {
    const Reading in {
        package.name, TRY(zone_of(package))
        , kinds
    };
    std::vector<Trigger> triggers;
    const yaml::Node& manifest = package.manifest;
    TRY(read_group(manifest["schedules"], "schedule", in, read_schedule, triggers));
    TRY(read_group(manifest["sensors"], "sensor", in, read_sensor, triggers));
    TRY(WaitCircles(triggers).check());
    return triggers;
}

}  // namespace tradewind::schedule
