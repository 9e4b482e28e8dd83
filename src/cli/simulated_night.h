// A night of a package by a clock that nobody waits for: a real workspace, its schedules, sensors,
// runs and notices as `serve` has them, and only the time is not real.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cli/command.h"
#include "os/clock.h"
#include "os/time_zone.h"

namespace tradewind::cli {

struct NightEvent {
    Timestamp at;      // by the night's clock
    std::string kind;  // file, clock, scan, job, run, export, mail
    std::string text;
    std::int64_t real_us = 0;  // what it really took
};

struct NightTable {
    std::string name;
    std::int64_t row_count = 0;
    std::string date;  // of the dump that it is made of; empty: it does not say
};

struct NightReport {
    std::string package;
    std::string date;
    std::shared_ptr<const os::TimeZone> zone;
    std::vector<NightEvent> events;
    std::vector<NightTable> tables;     // in the morning
    std::vector<std::string> problems;  // what was not as it should have been; empty: a good night
    json::Value lost;                   // an answer: what low and no stock cost most
};

struct NightOrder {
    std::string package;
    std::string date;
    std::string workspace;    // an empty folder
    std::string dump_folder;  // for the files that the database is going to write
    std::function<void(const NightReport&, const NightEvent&)> tell;  // as it happens
};

// InvalidArgument: a package or date that no night can be made of. Cancelled: Ctrl-C.
Result<NightReport> simulate_night(const Context& context, const NightOrder& order);

// "03:00:05", by the clocks of the night's place.
std::string local_time(const os::TimeZone& zone, Timestamp at);

}  // namespace tradewind::cli
