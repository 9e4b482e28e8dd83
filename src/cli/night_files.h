// What a chain's database puts into landing in a night that goes wrong: yesterday's files lie
// there, one of today's is half-written when it is first looked for, and one comes after the last
// scan.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "os/time_zone.h"

namespace tradewind::cli {

struct Arrival {
    Timestamp at;
    std::string table;
    std::string name;        // of the file
    std::string from;        // where its bytes lie
    bool whole = true;       // else the first half of them
    bool continues = false;  // the rest of one that was half-written
};

struct NightFiles {
    std::vector<std::string> yesterdays;       // paths
    std::vector<Arrival> arrivals;             // in order
    std::map<std::string, std::int64_t> rows;  // by table, of today's
    std::string half_written;                  // the table of which half comes first
    std::string late;                          // the table whose file comes after the last scan
    Timestamp late_at;
};

// Makes the files of `date` and the day before in `folder`, and says when they come.
// InvalidArgument: no date, or one that there is no data for.
Result<NightFiles> make_night_files(
    const std::string& date, const os::TimeZone& zone, const std::string& folder
);

// Puts it into the folder of landing; the size of what is there then.
Result<std::uint64_t> deliver(const Arrival& arrival, const std::string& folder);

// When the clocks of the zone show that on that date; one that they skip: the first instant after.
Result<Timestamp> local_instant(
    const std::string& date, const os::TimeZone& zone, int hour, int minute
);

}  // namespace tradewind::cli
