// Crawls: look through a folder for data files, and make them tables.
#include "api/operations.h"
#include "api/replies.h"
#include "base/text.h"
#include "crawl/crawl.h"
#include "os/filesystem.h"

namespace tradewind::api {

namespace {

using namespace schema;

// Bytes of a path need not be UTF-8; an answer does.
std::string shown(const std::string& path) {
    return valid_utf8(path) ? path : latin1_to_utf8(path);
}

json::Value text_or_null(const std::string& text) {
    return text.empty() ? json::Value() : json::Value::string(text);
}

json::Value table_report(const crawl::CrawledTableReport& table) {
    json::Value object = json::Value::object();
    object.set("schema", table.name.schema);
    object.set("table", table.name.table);
    object.set("change", table.change);
    object.set("version", table.version);
    object.set("row_count", table.row_count);
    object.set("files_added", static_cast<std::int64_t>(table.files_added));
    object.set("files_changed", static_cast<std::int64_t>(table.files_changed));
    object.set("files_deleted", static_cast<std::int64_t>(table.files_deleted));
    object.set("note", text_or_null(table.note));
    object.set("problem", text_or_null(table.problem));
    return object;
}

json::Value report_json(const crawl::CrawlReport& report) {
    json::Value object = json::Value::object();
    object.set("run", report.run);
    object.set("path", shown(report.path));
    object.set("files_seen", static_cast<std::int64_t>(report.files_seen));
    object.set("files_read", static_cast<std::int64_t>(report.files_read));
    object.set("elapsed_us", report.elapsed_us);
    json::Value& tables = object.set("tables", json::Value::array());
    for (const auto& table : report.tables) tables.add(table_report(table));
    object.set("unlisted_count", static_cast<std::int64_t>(report.unlisted_count));
    object.set("finding_count", static_cast<std::int64_t>(report.finding_count));
    json::Value& findings = object.set("findings", json::Value::array());
    for (const catalog::CrawlFinding& finding : report.findings) {
        json::Value& item = findings.add(json::Value::object());
        item.set("path", shown(finding.path));
        item.set("kind", finding.kind);
        item.set("message", finding.message);
        item.set("table", text_or_null(finding.table));
    }
    return object;
}

Value report_schema() {
    const Value table = object(
        {{"schema", text()},
         {"table", text()},
         {"change", one_of({"new", "changed", "unchanged"})},
         {"version", integer()},
         {"row_count", integer()},
         {"files_added", integer()},
         {"files_changed", integer()},
         {"files_deleted", integer()},
         {"note", nullable(text("What changed, in words."))},
         {"problem", nullable(text("Why SQL cannot read it."))}}
    );
    const Value finding = object(
        {{"path", text()},
         {"kind",
          text("deleted, moved, empty, unreadable, malformed_rows, unknown_format, conflict, "
               "hidden_column, link, no_file, vanished or changing.")},
         {"message", text()},
         {"table", nullable(text())}}
    );
    return object(
        {{"run", text()},
         {"path", text()},
         {"files_seen", integer()},
         {"files_read", integer("Those that were new or had changed.")},
         {"elapsed_us", integer()},
         {"tables", array(table, "Those that lie there.")},
         {"unlisted_count",
          integer("Folders that cannot be listed though they were asked for, or are known to hold "
                  "a table or a part of one. Their files stay part of their tables.")},
         {"finding_count", integer()},
         {"findings", array(finding, "The first hundred; system.crawl_findings has them all.")}}
    );
}

std::string lake_root(const Services& services) {
    return os::parent_folder(services.lake->absolute("raw"));
}

// A relative path is the lake's. What lies elsewhere only the machine's owner may have read.
Result<std::string> allowed_path(
    const Services& services, const std::string& path, bool from_owner
) {
    const std::string root = lake_root(services);
    if (path.empty() || path == ".") return root;
    for (const std::string& part : split(path, '/')) {
        if (part != "..") continue;
        return Error(ErrorCode::InvalidArgument, "the path to crawl holds '..'");
    }
    if (!path.starts_with('/')) return os::join(root, path);
    if (from_owner || path == root || path.starts_with(root + "/")) return path;
    return Error(ErrorCode::PermissionDenied, "only folders of the lake can be crawled from afar")
        .with_hint(
            "Name a folder below the lake, such as raw/orders, or run `tradewind crawl` on the "
            "server's machine."
        );
}

Result<bool> flag(const json::Value& body, const char* name, bool otherwise) {
    const json::Value* value = body.find(name);
    if (value == nullptr || value->is_null()) return otherwise;
    if (value->kind() == json::Kind::Boolean) return value->as_boolean();
    return Error(ErrorCode::InvalidArgument, std::string(name) + " must be true or false");
}

Result<crawl::CrawlRequest> read_request(const Services& services, const Call& call) {
    const json::Value body = TRY(
        read_json_body(call, {"path", "add_columns", "widen_types", "on_conflict", "again"}, true)
    );
    crawl::CrawlRequest request;
    request.path =
        TRY(allowed_path(services, TRY(text_member(body, "path")), call.request.from_owner));
    request.policy.add_columns = TRY(flag(body, "add_columns", true));
    request.policy.widen_types = TRY(flag(body, "widen_types", true));
    request.again = TRY(flag(body, "again", false));
    const std::string conflict = TRY(text_member(body, "on_conflict"));
    if (!conflict.empty() && conflict != "leave_out" && conflict != "log") {
        return Error(ErrorCode::InvalidArgument, "on_conflict must be leave_out or log");
    }
    request.policy.conflicts_only_logged = conflict == "log";
    request.cancelled = call.request.cancelled;
    return request;
}

}  // namespace

std::vector<Operation> crawl_operations(const Services& services) {
    if (services.crawler == nullptr) return {};
    Operation operation;
    operation.id = "run_crawl";
    operation.method = "POST";
    operation.path = "/v1/crawls";
    operation.tag = "tables";
    operation.runs = Runs::Slow;
    operation.summary = "Look through a folder for data files, and make them tables.";
    operation.description =
        "Format, delimiter, encoding, compression, types, partitions, row counts and statistics "
        "are found out from all rows. Only files that are new or changed are read. Tables appear "
        "in schema raw at once. Files of the platform's own tables are left alone.";
    operation.scope = Scope::Write;
    operation.body = RequestBody{
        false,
        {json_media(
            object(
                {{"path",
                  text("A folder or file: below the lake, or (on the server's machine only) "
                       "absolute. Nothing: the lake."),
                  true},
                 {"add_columns",
                  boolean("A file's new columns become the table's. Default true."),
                  true},
                 {"widen_types", boolean("A column's type may widen. Default true."), true},
                 {"on_conflict",
                  one_of(
                      {"leave_out", "log"},
                      "Files that the two above refuse: left out, or taken in all the same. Each "
                      "is a finding."
                  ),
                  true},
                 {"again", boolean("Read all files, changed or not."), true}}
            ),
            "{}"
        )}
    };
    operation.answers = {json_answer("It is done.", report_schema())};
    operation.problems = {403, 404, 409, 422};
    operation.statuses = {{ErrorCode::ResourceExhausted, 422}};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const auto request = TRY(read_request(services, call));
        return json_response(report_json(TRY(services.crawler->crawl(request))).dump());
    });
    return {operation};
}

}  // namespace tradewind::api
