#include "cli/night_files.h"

#include <algorithm>

#include "base/time.h"
#include "generate/generate.h"
#include "os/filesystem.h"

namespace tradewind::cli {

namespace {

constexpr double scale = 0.001;  // two stores, and a year
constexpr std::int64_t minute_us = 60'000'000;
constexpr std::int64_t day_us = 24 * 60 * minute_us;
constexpr std::uint64_t file_bytes_max = 64u << 20;
constexpr const char* half_written_table = "inventory";
constexpr const char* late_table = "sales";

Result<std::vector<generate::GeneratedFile>> make_dump(
    const std::string& date, const std::string& folder
) {
    const auto files = os::make_posix_filesystem();
    generate::GenerateRequest request;
    request.kind = "store_week";
    request.folder = folder;
    request.scale = scale;
    request.date = date;
    return generate::generate(request, *files, [](double) {});
}

// A dump of the day before may be earlier than all data.
Result<std::vector<std::string>> make_yesterdays(Timestamp midnight, const std::string& folder) {
    std::vector<std::string> paths;
    const auto made = make_dump(format_date(to_days({midnight.micros - day_us})), folder);
    if (!made.ok() && made.error().code() != ErrorCode::InvalidArgument) return made.error();
    if (!made.ok()) return paths;
    for (const generate::GeneratedFile& file : *made) paths.push_back(file.path);
    return paths;
}

}  // namespace

Result<Timestamp> local_instant(
    const std::string& date, const os::TimeZone& zone, int hour, int minute
) {
    CivilTime civil = to_civil(TRY(parse_with_format(date, "%Y-%m-%d")));
    civil.hour = hour;
    civil.minute = minute;
    return zone.to_utc(civil);
}

// The dump begins at 02:00 by the clocks and needs some minutes, whatever the clocks do then.
Result<NightFiles> make_night_files(
    const std::string& date, const os::TimeZone& zone, const std::string& folder
) {
    const Timestamp midnight = TRY(parse_with_format(date, "%Y-%m-%d"));
    const Timestamp begin = TRY(local_instant(date, zone, 2, 0));
    NightFiles night;
    night.half_written = half_written_table;
    night.late = late_table;
    night.late_at = TRY(local_instant(date, zone, 3, 41));
    std::int64_t minutes = 0;
    for (const generate::GeneratedFile& file : TRY(make_dump(date, os::join(folder, "today")))) {
        Arrival arrival;
        arrival.name = os::base_name(file.path);
        arrival.table = arrival.name.substr(0, arrival.name.find('_'));
        arrival.from = file.path;
        arrival.at = {begin.micros + ++minutes * minute_us};
        night.rows[arrival.table] = file.row_count;
        if (arrival.table == late_table) arrival.at = night.late_at;
        if (arrival.table == half_written_table) {
            arrival.whole = false;
            night.arrivals.push_back(arrival);
            arrival.at = TRY(local_instant(date, zone, 3, 12));
            arrival.whole = true;
            arrival.continues = true;
        }
        night.arrivals.push_back(std::move(arrival));
    }
    std::ranges::stable_sort(night.arrivals, {}, [](const Arrival& one) { return one.at.micros; });
    night.yesterdays = TRY(make_yesterdays(midnight, os::join(folder, "yesterday")));
    return night;
}

Result<std::uint64_t> deliver(const Arrival& arrival, const std::string& folder) {
    const auto files = os::make_posix_filesystem();
    const std::string bytes = TRY(os::read_file(*files, arrival.from, file_bytes_max));
    const std::string_view sent(bytes.data(), arrival.whole ? bytes.size() : bytes.size() / 2);
    TRY(files->create_folders(folder));
    TRY(os::write_file_atomic(*files, os::join(folder, arrival.name), sent));
    return static_cast<std::uint64_t>(sent.size());
}

}  // namespace tradewind::cli
