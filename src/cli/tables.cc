// crawl, tables, describe: what tables there are, and how files become some.
#include <filesystem>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/page.h"
#include "cli/paths.h"

namespace tradewind::cli {

namespace {

constexpr std::size_t findings_told = 20;
constexpr std::size_t text_characters = 48;
constexpr std::size_t lineage_characters = 96;  // --json has all
constexpr const char* versions_query = "/versions?limit=5";

std::string member(const json::Value& object, const char* name) {
    const json::Value* value = object.find(name);
    return value == nullptr || value->is_null() ? "" : cell_text(*value);
}

std::string count(const json::Value& object, const char* name) {
    return format_count(object.integer_or(name, 0));
}

std::string count_or_nothing(const json::Value& object, const char* name) {
    const json::Value* value = object.find(name);
    return value == nullptr || value->is_null() ? "" : count(object, name);
}

std::string full_name(const json::Value& table) {
    return table.text_or("schema", "") + "." + table.text_or("table", "");
}

const std::vector<json::Value>& items(const json::Value& object, const char* name) {
    static const std::vector<json::Value> none;
    const json::Value* list = object.find(name);
    return list == nullptr ? none : list->items();
}

std::string joined(const json::Value& object, const char* name) {
    std::string text;
    for (const json::Value& item : items(object, name)) {
        text += (text.empty() ? "" : ", ") + item.text();
    }
    return text;
}

// A path that leads somewhere from here is this machine's; any other is the lake's.
Result<std::string> crawl_path(const std::string& given) {
    std::error_code ignored;
    const bool from_here = given == ".." || given.starts_with("../") || given.starts_with("./");
    if (given.empty() || (!from_here && !std::filesystem::exists(given, ignored))) return given;
    return absolute_path(given);
}

Result<json::Value> crawl_order(const CrawlOptions& options) {
    json::Value body = json::Value::object();
    if (!options.path.empty()) body.set("path", TRY(crawl_path(options.path)));
    if (options.keep_columns) body.set("add_columns", false);
    if (options.keep_types) body.set("widen_types", false);
    if (options.log_conflicts) body.set("on_conflict", "log");
    if (options.again) body.set("again", true);
    return body;
}

void tell_findings(const json::Value& report) {
    const auto& findings = items(report, "findings");
    for (std::size_t i = 0; i < std::min(findings.size(), findings_told); ++i) {
        note(
            findings[i].text_or("kind", "") + ": " + findings[i].text_or("path", "") + ": " +
            findings[i].text_or("message", "")
        );
    }
    const std::int64_t all = report.integer_or("finding_count", 0);
    if (all > static_cast<std::int64_t>(findings_told)) {
        note(format_count(all) + " findings in all: SELECT * FROM system.crawl_findings");
    }
}

void print_crawl(const json::Value& report) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& table : items(report, "tables")) {
        rows.push_back(
            {full_name(table),
             member(table, "change"),
             count(table, "version"),
             count(table, "row_count"),
             member(table, "problem").empty() ? member(table, "note")
                                              : "cannot be read: " + member(table, "problem")}
        );
    }
    print(format_table({"table", "change", "version", "rows", "note"}, rows));
    tell_findings(report);
    note(
        count(report, "files_seen") + " files seen, " + count(report, "files_read") + " read, " +
        format_duration_us(report.integer_or("elapsed_us", 0))
    );
}

// Nothing but trouble, a table that SQL cannot read, or one whose files could not be looked for.
bool went_wrong(const json::Value& report) {
    if (report.integer_or("unlisted_count", 0) > 0) return true;
    const auto& tables = items(report, "tables");
    for (const json::Value& table : tables) {
        if (!member(table, "problem").empty()) return true;
    }
    return tables.empty() && report.integer_or("finding_count", 0) > 0;
}

void print_facts(const json::Value& table) {
    const std::pair<const char*, std::string> facts[] = {
        {"table", full_name(table)},
        {"kind", member(table, "kind")},
        {"layer", member(table, "layer")},
        {"description", member(table, "description")},
        {"one row is", member(table, "grain")},
        {"version", member(table, "version")},
        {"published at", member(table, "published_at")},
        {"rows", count(table, "row_count")},
        {"size",
         format_bytes(table.integer_or("bytes", 0)) + " in " + count(table, "file_count") + " files"
        },
        {"partitioned by", joined(table, "partition_by")},
        {"key", joined(table, "key")},
        {"files in", member(table, "root")},
        {"made by", member(table, "run")},
        {"last change", member(table, "note")},
        {"made from", joined(table, "inputs")},
        {"used by", joined(table, "outputs")},
        {"damage", member(table, "damage")}
    };
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, value] : facts) {
        if (!value.empty()) rows.push_back({name, value});
    }
    print(format_table({"", ""}, rows));
}

void print_columns(const json::Value& table) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& column : items(table, "columns")) {
        rows.push_back(
            {member(column, "name"),
             member(column, "type"),
             count_or_nothing(column, "null_count"),
             count_or_nothing(column, "distinct_approx"),
             shortened(member(column, "min"), text_characters),
             shortened(member(column, "max"), text_characters),
             shortened(member(column, "description"), text_characters)}
        );
    }
    print(format_table({"column", "type", "nulls", "distinct", "min", "max", "description"}, rows));
}

// What each column is computed from, and what from it; nothing for tables that stand alone.
void print_lineage(const json::Value& table) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& column : items(table, "columns")) {
        const std::string from = joined(column, "from");
        const std::string to = joined(column, "to");
        if (from.empty() && to.empty()) continue;
        rows.push_back(
            {member(column, "name"),
             shortened(from, lineage_characters),
             shortened(to, lineage_characters)}
        );
    }
    if (rows.empty()) return;
    print(format_table({"column", "computed from", "used for"}, rows));
}

void print_versions(const json::Value& answer) {
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& version : items(answer, "versions")) {
        rows.push_back(
            {count(version, "version"),
             member(version, "published_at"),
             count(version, "row_count"),
             count(version, "file_count"),
             count(version, "files_kept"),
             member(version, "run"),
             shortened(member(version, "note"), text_characters)}
        );
    }
    if (rows.empty()) return;
    print(format_table({"version", "published at", "rows", "files", "kept", "run", "note"}, rows));
}

}  // namespace

Result<int> crawl(const Context& context, const CrawlOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/crawls";
    request.headers = {{"Content-Type", "application/json"}};
    const std::string body = TRY(crawl_order(options))
    .dump();  // a view goes into the request
    request.body = body;
    const json::Value report = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(report.dump());
    } else {
        print_crawl(report);
    }
    return went_wrong(report) ? exit_failed : exit_ok;
}

Result<int> list_tables(const Context& context, const TablesOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = "/v1/tables";
    if (!options.schema.empty()) request.target += "?schema=" + url_encode(options.schema);
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& table : items(answer, "tables")) {
        rows.push_back(
            {full_name(table),
             member(table, "kind"),
             count(table, "version"),
             count(table, "row_count"),
             format_bytes(table.integer_or("bytes", 0)),
             count(table, "column_count"),
             member(table, "damage").empty()
                 ? shortened(member(table, "description"), text_characters)
                 : "damaged"}
        );
    }
    print(format_table({"table", "kind", "version", "rows", "size", "columns", "description"}, rows)
    );
    return exit_ok;
}

Result<int> describe(const Context& context, const DescribeOptions& options) {
    const auto dot = options.table.find('.');
    if (dot == std::string::npos) {
        return Error(ErrorCode::InvalidArgument, "'" + options.table + "' is no table's name")
            .with_hint("Write it as schema.table, such as raw.online_retail.");
    }
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = "/v1/tables/" + url_encode(options.table.substr(0, dot)) + "/" +
                     url_encode(options.table.substr(dot + 1));
    const json::Value table = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(table.dump());
        return exit_ok;
    }
    request.target += versions_query;
    const json::Value versions = TRY(call_json(*connection, request));
    print_facts(table);
    print_columns(table);
    print_lineage(table);
    print_versions(versions);
    return exit_ok;
}

}  // namespace tradewind::cli
