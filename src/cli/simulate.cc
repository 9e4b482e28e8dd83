// simulate-day: a night of a package in a moment, told as it goes.
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/own_folder.h"
#include "cli/simulated_night.h"
#include "cli/stopwatch.h"

namespace tradewind::cli {

namespace {

constexpr const char* usual_date = "2025-07-01";

std::string iso_local(const os::TimeZone& zone, Timestamp at) {
    return format_iso(from_civil(zone.to_local(at)));
}

std::string line_of(const NightReport& report, const NightEvent& event) {
    constexpr std::size_t kind_width = 8;
    std::string kind = event.kind;
    kind.resize(kind_width, ' ');
    std::string line = local_time(*report.zone, event.at) + "  " + kind + event.text;
    if (event.real_us >= 1000) line += "  (" + format_duration_us(event.real_us) + " real)";
    return line;
}

json::Value event_json(const NightReport& report, const NightEvent& event) {
    json::Value value = json::Value::object();
    value.set("at", format_iso(event.at) + "Z");
    value.set("local", iso_local(*report.zone, event.at));
    value.set("kind", event.kind);
    value.set("text", event.text);
    value.set("real_ms", event.real_us / 1000);
    return value;
}

json::Value report_json(const NightReport& report, const std::string& workspace, std::int64_t us) {
    json::Value value = json::Value::object();
    value.set("package", report.package);
    value.set("date", report.date);
    value.set("timezone", report.zone->name());
    value.set("workspace", workspace);
    value.set("as_expected", report.problems.empty());
    json::Value& problems = value.set("problems", json::Value::array());
    for (const std::string& one : report.problems) problems.add(json::Value::string(one));
    json::Value& events = value.set("timeline", json::Value::array());
    for (const NightEvent& event : report.events) events.add(event_json(report, event));
    json::Value& tables = value.set("tables", json::Value::array());
    for (const NightTable& table : report.tables) {
        json::Value& one = tables.add(json::Value::object());
        one.set("table", table.name);
        one.set("row_count", table.row_count);
        one.set("date", table.date.empty() ? json::Value() : json::Value::string(table.date));
    }
    value.set("real_ms", us / 1000);
    return value;
}

void print_morning(const NightReport& report, std::int64_t us) {
    std::vector<std::vector<std::string>> rows;
    for (const NightTable& table : report.tables)
        rows.push_back({table.name, format_count(table.row_count), table.date});
    print_line("");
    print_line("The morning's tables");
    print_line(format_table({"table", "rows", "of the dump of"}, rows));
    if (!report.lost.is_null()) {
        print_line("What low and no stock cost most");
        print_line(format_answer(report.lost));
    }
    if (report.problems.empty()) {
        print_line("The night went as it should, in " + format_duration_us(us) + " of real time.");
        return;
    }
    print_line("The night did not go as it should:");
    for (const std::string& problem : report.problems) print_line("- " + problem);
}

}  // namespace

Result<int> simulate_day(const Context& context, const SimulateOptions& options) {
    const Stopwatch watch;
    const auto dump = TRY(OwnFolder::make("", "dump"));
    const auto workspace = TRY(OwnFolder::make(options.folder, "night"));
    NightOrder order;
    order.package = options.package;
    order.date = options.date.empty() ? usual_date : options.date;
    order.workspace = workspace->path();
    order.dump_folder = dump->path();
    bool begun = false;
    order.tell = [&](const NightReport& report, const NightEvent& event) {
        if (context.json) return;
        if (!std::exchange(begun, true)) {
            print_line(
                "A night of " + report.package + ", " + report.date + " by the clocks of " +
                report.zone->name() + ": the time is not real, all else is"
            );
            print_line("");
        }
        print_line_now(line_of(report, event));
    };
    const NightReport report = TRY(simulate_night(context, order));
    workspace->keep();
    const std::string place = workspace->temporary() ? "" : workspace->path();
    if (context.json) {
        print_line(report_json(report, place, watch.elapsed_us()).dump());
    } else {
        print_morning(report, watch.elapsed_us());
        if (!place.empty()) print_line("The workspace is " + place);
    }
    return report.problems.empty() ? exit_ok : exit_failed;
}

}  // namespace tradewind::cli
