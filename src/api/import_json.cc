#include "api/import_json.h"

#include <string>
#include <utility>

#include "api/replies.h"

namespace tradewind::api {

using namespace schema;

namespace {

void write_text_or_null(json::Writer& writer, std::string_view text) {
    text.empty() ? writer.null() : writer.string(text);
}

void write_texts(json::Writer& writer, const char* name, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    writer.key(name);
    writer.begin_array();
    for (const std::string& text : texts) writer.string(text);
    writer.end_array();
}

void write_format(json::Writer& writer, const std::optional<importer::ReadAs>& read_as) {
    writer.key("format");
    if (!read_as) return writer.null();
    writer.begin_object();
    writer.key("kind");
    writer.string(read_as->kind);
    writer.key("compression");
    write_text_or_null(writer, read_as->compression);
    writer.key("encoding");
    write_text_or_null(writer, read_as->encoding);
    writer.key("delimiter");
    write_text_or_null(writer, read_as->delimiter);
    writer.key("header");
    read_as->header ? writer.boolean(*read_as->header) : writer.null();
    write_texts(writer, "sheets", read_as->sheets);
    write_texts(writer, "other_sheets", read_as->other_sheets);
    writer.end_object();
}

json::Value format_schema() {
    return object(
        {{"kind", one_of({"csv", "xlsx", "json", "ndjson", "parquet"})},
         {"compression", nullable(text("gzip or zstd."))},
         {"encoding", nullable(text("Of text: as it was asked for, or detected."))},
         {"delimiter", nullable(text("Of CSV."))},
         {"header", nullable(boolean("Of CSV and sheets: the first row names the columns."))},
         {"sheets", array(text(), "Of a workbook with rows in several: those, in order."), true},
         {"other_sheets", array(text(), "Left out, since their columns do not fit."), true}}
    );
}

}  // namespace

void write_import(json::Writer& writer, const importer::Import& import) {
    const std::pair<const char*, std::string> texts[] = {
        {"source", import.source},
        {"identity", import.identity},
        {"path", import.path},
        {"state", importer::to_string(import.state)},
        {"message", import.message},
        {"content_hash", import.content_hash},
    };
    const std::pair<const char*, std::int64_t> numbers[] = {
        {"bytes_total", static_cast<std::int64_t>(import.bytes_total)},
        {"bytes_done", static_cast<std::int64_t>(import.bytes_done)},
        {"row_count", import.row_count},
        {"rejected_count", import.rejected_count},
        {"filtered_count", import.filtered_count},
        {"replaced_count", import.replaced_count},
    };
    const std::pair<const char*, Timestamp> times[] = {
        {"queued_at", import.queued_at},
        {"started_at", import.started_at},
        {"finished_at", import.finished_at}
    };
    writer.begin_object();
    writer.key("id");
    writer.number(import.id);
    for (const auto& [name, value] : texts) {
        writer.key(name);
        writer.string(value);
    }
    writer.key("replaces");
    import.replaces > 0 ? writer.number(import.replaces) : writer.null();
    for (const auto& [name, value] : numbers) {
        writer.key(name);
        writer.number(value);
    }
    writer.key("table_version");
    import.table_version > 0 ? writer.number(import.table_version) : writer.null();
    write_format(writer, import.read_as);
    for (const auto& [name, at] : times) {
        writer.key(name);
        write_time(writer, at);
    }
    writer.end_object();
}

void write_imports(json::Writer& writer, const std::vector<importer::Import>& imports) {
    writer.key("imports");
    writer.begin_array();
    for (const importer::Import& import : imports) write_import(writer, import);
    writer.end_array();
}

json::Value import_schema() {
    return object(
        {{"id", integer()},
         {"source", text()},
         {"identity", text("The name that the file is known by.")},
         {"path", text()},
         {"state",
          one_of({"queued", "running", "succeeded", "skipped", "refused", "failed", "cancelled"})},
         {"message", text("Why it was skipped, refused or failed, and what to do.")},
         {"content_hash", text()},
         {"replaces", nullable(integer("The import whose rows it corrected."))},
         {"bytes_total", integer()},
         {"bytes_done", integer()},
         {"row_count", integer("Rows accepted.")},
         {"rejected_count", integer("Rows that are dead letters now.")},
         {"filtered_count", integer("Rows left out by the transform.")},
         {"replaced_count", integer("Rows of the earlier delivery taken out.")},
         {"table_version",
          nullable(integer("The version of the source's table that holds its rows."))},
         {"format", nullable(format_schema())},
         {"queued_at", time_schema()},
         {"started_at", nullable(text())},
         {"finished_at", nullable(text())}}
    );
}

json::Value imports_schema() {
    return object({{"imports", array(import_schema())}});
}

Response imports_response(const std::vector<importer::Import>& imports, int status) {
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    write_imports(writer, imports);
    writer.end_object();
    return json_response(std::move(body), status);
}

}  // namespace tradewind::api
