// The pieces that schedules and sensors are both read from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/yaml.h"
#include "schedule/schedule.h"

namespace tradewind::schedule {

// What a trigger is read in.
struct Reading {
    const std::string& package;
    std::shared_ptr<const os::TimeZone> zone;  // the package's
    const StepKinds& kinds;
};

// "60s", "5m", "2h"; absent: the fallback. InvalidArgument: none, or not within the bounds.
struct DurationBounds {
    std::int64_t min_us = 0;
    std::int64_t max_us = 0;
};
Result<std::int64_t> read_duration(
    const yaml::Node& node, std::int64_t fallback_us, DurationBounds bounds
);
Result<std::vector<Cron>> read_times(
    const yaml::Node& node, const std::shared_ptr<const os::TimeZone>& zone
);
Result<std::shared_ptr<const os::TimeZone>> read_zone(
    const yaml::Node& node, std::shared_ptr<const os::TimeZone> fallback
);
// timezone, description, paused, timeout, waits_for, steps.
Result<void> read_common(const yaml::Node& node, const Reading& in, Trigger& trigger);
Result<std::vector<Step>> read_steps(const yaml::Node& node, const Reading& in);
Result<Trigger> read_sensor(const std::string& name, const yaml::Node& node, const Reading& in);

// Lower-case letters, digits and underscores, a letter first.
bool is_name(std::string_view text);
// One of a few words, or an error that names the nearest.
Error not_one_of(
    const yaml::Node& node, const std::string& what, const std::vector<std::string_view>& known
);

}  // namespace tradewind::schedule
