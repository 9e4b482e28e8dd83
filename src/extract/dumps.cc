// `extracts:` of a package.yml.
#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "base/yaml.h"
#include "extract/extract.h"
#include "extract/file_name.h"
#include "os/time_zone.h"

namespace tradewind::extract {

namespace {

constexpr std::size_t tables_max = 1000;
constexpr std::int64_t parallel_max = 16;
constexpr std::int64_t retries_max = 100;
constexpr const char* default_files = "{table}_{date}.csv.gz";

bool is_table_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

Result<std::vector<DumpTable>> read_tables(const yaml::Node& node) {
    std::vector<DumpTable> tables;
    if (node.kind() == yaml::Kind::Mapping) {
        for (const auto& [name, query] : node.members())
            tables.push_back({
                name, TRY(query.text())
                , query.where()
            });
    } else {
        for (const std::string& name : TRY(node.texts()))
            tables.push_back({name, name, node.where()});
    }
    if (tables.empty() || tables.size() > tables_max)
        return node.error("an extract has 1 to " + std::to_string(tables_max) + " tables");
    for (const DumpTable& table : tables) {
        if (is_table_name(table.name)) continue;
        return Error(ErrorCode::InvalidArgument, "not a name for a file: '" + table.name + "'")
            .with_hint("Give the table another: `name: SELECT … FROM …`.")
            .at(table.where);
    }
    return tables;
}

Result<std::string> read_folder(const yaml::Node& node) {
    const std::string folder = TRY(node.text_or("."));
    for (const std::string& part : split(folder, '/')) {
        if (part == "..") return node.error("a folder below landing, or an absolute one");
    }
    return folder;
}

Result<std::string> read_files(const yaml::Node& node) {
    std::string pattern = TRY(node.text_or(default_files));
    auto checked = check_dump_name(pattern);
    if (!checked.ok()) return std::move(checked).error().at(node.where());
    return pattern;
}

Result<std::string> read_manifest(const yaml::Node& node) {
    std::string pattern = TRY(node.text_or(""));
    if (pattern.empty()) return pattern;
    auto checked = check_file_name(pattern);
    if (!checked.ok()) return std::move(checked).error().at(node.where());
    return pattern;
}

Result<std::string> read_zone(const yaml::Node& node, const std::string& fallback) {
    const std::string zone = TRY(node.text_or(fallback));
    const auto found = os::find_time_zone(zone);
    if (!found.ok()) return node.error(found.error().message());
    return zone;
}

Result<void> check_names(const Dump& dump, const yaml::Node& node) {
    std::set<std::string> names;
    if (!dump.manifest.empty()) names.insert(file_name(dump.manifest, "", "d"));
    for (const DumpTable& table : dump.tables) {
        if (names.insert(file_name(dump.files, table.name, "d")).second) continue;
        return std::move(node["files"].error("two files would have the same name"))
            .with_hint("Put {table} into files:, and another name into manifest:.");
    }
    return {};
}

Result<Dump> read_dump(
    const package::Package& package, const std::string& name, const yaml::Node& node
) {
    if (node.kind() != yaml::Kind::Mapping)
        return node.error("an extract holds connection:, tables: and more");
    TRY(node.allow_keys(
        {"connection",
         "folder",
         "files",
         "tables",
         "manifest",
         "timezone",
         "parallel",
         "retries",
         "retry_delay"}
    ));
    Dump dump;
    dump.package = package.name;
    dump.name = name;
    dump.where = node.where();
    dump.connection = TRY(node["connection"].text());
    dump.folder = TRY(read_folder(node["folder"]));
    dump.files = TRY(read_files(node["files"]));
    dump.manifest = TRY(read_manifest(node["manifest"]));
    const std::string zone = TRY(package.manifest["timezone"].text_or("UTC"));
    dump.timezone = TRY(read_zone(node["timezone"], zone));
    dump.tables = TRY(read_tables(node["tables"]));
    const std::int64_t parallel = TRY(node["parallel"].integer_or(dump.parallel));
    const std::int64_t retries = TRY(node["retries"].integer_or(dump.retries));
    if (parallel < 1 || parallel > parallel_max)
        return node["parallel"].error("1 to " + std::to_string(parallel_max) + " tables at once");
    if (retries < 0 || retries > retries_max)
        return node["retries"].error("0 to " + std::to_string(retries_max) + " retries");
    dump.parallel = static_cast<int>(parallel);
    dump.retries = static_cast<int>(retries);
    if (node["retry_delay"].present()) {
        const auto delay = parse_duration_us(TRY(node["retry_delay"].text()));
        if (!delay.ok()) return node["retry_delay"].error("not a duration, like 30s");
        dump.retry_delay_us = *delay;
    }
    TRY(check_names(dump, node));
    return dump;
}

}  // namespace

Result<std::vector<Dump>> read_dumps(const package::Package& package) {
    std::vector<Dump> dumps;
    const yaml::Node extracts = package.manifest["extracts"];
    if (!extracts.present()) return dumps;
    if (extracts.kind() != yaml::Kind::Mapping)
        return extracts.error("extracts: holds names, and what each of them extracts");
    for (const auto& [name, node] : extracts.members())
        dumps.push_back(TRY(read_dump(package, name, node)));
    return dumps;
}

}  // namespace tradewind::extract
