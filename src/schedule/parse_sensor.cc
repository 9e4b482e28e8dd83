#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "schedule/parse.h"

namespace tradewind::schedule {

namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::size_t files_max = 1000;  // of one set
constexpr std::string_view date_place = "{date}";

// A name below a folder, which leads nowhere else.
Result<std::string> read_path(const yaml::Node& node, const std::string& what) {
    const std::string path = TRY(node.text());
    for (const std::string& part : split(path, '/')) {
        if (!part.empty() && part != "..") continue;
        return std::move(node.error("'" + path + "' is no " + what))
            .with_hint("It lies below the landing folder, as in incoming or shop/dumps.");
    }
    return path;
}

Result<std::string> read_pattern(const yaml::Node& node) {
    const std::string pattern = TRY(read_path(node, "name of a file"));
    std::string rest = pattern;
    for (std::size_t at = rest.find(date_place); at != std::string::npos;
         at = rest.find(date_place, at))
        rest.replace(at, date_place.size(), "x");
    if (rest.find_first_of("{}*?[") != std::string::npos)
        return std::move(node.error("'" + pattern + "' is no name of a file"))
            .with_hint("{date} is all that may change in it, as in sales_{date}.csv.");
    return pattern;
}

Result<void> read_patterns(const yaml::Node& node, WatchedFiles& files) {
    if (node.kind() != yaml::Kind::Mapping || node.members().empty())
        return std::move(node.error("files names each file of the set"))
            .with_hint("As in: files: {sales: \"sales_{date}.csv\"}.");
    if (node.members().size() > files_max)
        return node.error("more than " + std::to_string(files_max) + " files");
    std::set<std::string> taken;
    for (const auto& [name, pattern] : node.members()) {
        if (!is_name(name) || name == "date")
            return Error(
                       ErrorCode::InvalidArgument, "'" + name + "' is no parameter's name of a file"
            )
                .at(node.where_key(name))
                .with_hint("Lower-case letters, digits and underscores; date is the set's date.");
        files.patterns[name] = TRY(read_pattern(pattern));
        if (files.patterns[name].find(date_place) == std::string::npos)
            return std::move(pattern.error("the name '" + files.patterns[name] + "' has no date"))
                .with_hint("Without {date} in it yesterday's file could be taken for today's.");
        if (!taken.insert(files.patterns[name]).second)
            return pattern.error("'" + files.patterns[name] + "' is there twice");
    }
    return {};
}

bool has_rows_that_can_be_counted(std::string_view pattern) {
    for (const std::string_view packed : {".gz", ".zst"}) {
        if (pattern.ends_with(packed)) pattern.remove_suffix(packed.size());
    }
    return pattern.ends_with(".csv") || pattern.ends_with(".ndjson") || pattern.ends_with(".jsonl");
}

Result<void> read_manifest(const yaml::Node& node, WatchedFiles& files) {
    if (!node.present()) return {};
    files.manifest = TRY(read_pattern(node));
    if (!files.manifest.ends_with(".json")) return {};
    for (const auto& [name, pattern] : files.patterns) {
        if (has_rows_that_can_be_counted(pattern)) continue;
        return std::move(node.error("the rows of " + pattern + " cannot be counted"))
            .with_hint("A manifest of row counts is for .csv, .ndjson and .jsonl, packed or not.");
    }
    return {};
}

Result<void> read_files(const yaml::Node& node, Trigger& trigger) {
    if (!node["scans"].present())
        return std::move(node.error(trigger.name + " has no scans"))
            .with_hint("Say when to look, as in: scans: [\"0 3 * * *\", \"30 3 * * *\"].");
    trigger.times = TRY(read_times(node["scans"], trigger.zone));
    if (TRY(node["folder"].text_or(".")) != ".")
        trigger.files.folder = TRY(read_path(node["folder"], "folder"));
    TRY(read_patterns(node["files"], trigger.files));
    TRY(read_manifest(node["manifest"], trigger.files));
    const std::string late = TRY(node["late"].text_or("start"));
    if (late != "start" && late != "ask") return not_one_of(node["late"], "late", {"start", "ask"});
    trigger.files.ask = late == "ask";
    trigger.files.settle_us =
        TRY(read_duration(node["settle"], trigger.files.settle_us, {second_us, 3600 * second_us}));
    return {};
}

Result<void> read_every(const yaml::Node& node, Trigger& trigger) {
    trigger.every_us = TRY(read_duration(node, trigger.every_us, {second_us, 86'400 * second_us}));
    return {};
}

Result<void> read_tables(const yaml::Node& node, Trigger& trigger) {
    const yaml::Node tables = node["tables"].present() ? node["tables"] : node["table"];
    if (!tables.present())
        return std::move(node.error(trigger.name + " watches no table"))
            .with_hint("As in: table: raw.orders.");
    trigger.tables = TRY(tables.texts());
    for (const std::string& table : trigger.tables) {
        const std::vector<std::string> parts = split(table, '.');
        if (parts.size() == 2 && is_name(parts[0]) && is_name(parts[1])) continue;
        return std::move(tables.error("'" + table + "' is no table"))
            .with_hint("Name it with its schema, as in raw.orders.");
    }
    return read_every(node["every"], trigger);
}

Result<void> read_run(const yaml::Node& node, Trigger& trigger) {
    trigger.run_package = TRY(node["package"].text_or(trigger.package));
    if (!is_name(trigger.run_package))
        return node["package"].error("'" + trigger.run_package + "' is no package");
    trigger.run_state = TRY(node["state"].text_or("succeeded"));
    const std::vector<std::string_view> states{"succeeded", "failed", "any"};
    if (std::ranges::find(states, trigger.run_state) == states.end())
        return not_one_of(node["state"], "state of a run", states);
    return read_every(node["every"], trigger);
}

Result<void> read_http(const yaml::Node& node, Trigger& trigger) {
    if (!node["params"].present()) return {};
    trigger.params = TRY(node["params"].texts());
    for (const std::string& param : trigger.params) {
        if (!is_name(param)) return node["params"].error("'" + param + "' is no parameter's name");
    }
    return {};
}

}  // namespace

Result<Trigger> read_sensor(const std::string& name, const yaml::Node& node, const Reading& in) {
    Trigger trigger;
    trigger.name = name;
    const std::string kind = TRY(node["kind"].text());
    const auto common = [&]() { return read_common(node, in, trigger); };
    if (kind == "files") {
        TRY(node.allow_keys(
            {"kind",
             "description",
             "timezone",
             "paused",
             "timeout",
             "waits_for",
             "steps",
             "folder",
             "scans",
             "files",
             "manifest",
             "late",
             "settle"}
        ));
        trigger.kind = Kind::Files;
        TRY(common());
        TRY(read_files(node, trigger));
    } else if (kind == "table") {
        TRY(node.allow_keys(
            {"kind",
             "description",
             "timezone",
             "paused",
             "timeout",
             "waits_for",
             "steps",
             "table",
             "tables",
             "every"}
        ));
        trigger.kind = Kind::Table;
        TRY(common());
        TRY(read_tables(node, trigger));
    } else if (kind == "run") {
        TRY(node.allow_keys(
            {"kind",
             "description",
             "timezone",
             "paused",
             "timeout",
             "waits_for",
             "steps",
             "package",
             "state",
             "every"}
        ));
        trigger.kind = Kind::Run;
        TRY(common());
        TRY(read_run(node, trigger));
    } else if (kind == "http") {
        TRY(node.allow_keys(
            {"kind", "description", "timezone", "paused", "timeout", "waits_for", "steps", "params"}
        ));
        trigger.kind = Kind::Http;
        TRY(common());
        TRY(read_http(node, trigger));
    } else {
        return not_one_of(node["kind"], "kind of sensor", {"files", "table", "run", "http"});
    }
    return trigger;
}

}  // namespace tradewind::schedule
