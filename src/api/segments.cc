// What the segments that packages learn are like: one entry for each of each table.
#include <utility>

#include "api/model_operations.h"
#include "api/replies.h"
#include "base/sql_text.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "engine/engine.h"
#include "lake/lake.h"
#include "pipeline/pipeline.h"

namespace tradewind::api {

namespace {

using namespace schema;

// The table that says of each row to which segment it belongs.
std::string table_of(const catalog::TableName& summary) {
    constexpr std::string_view ending = "_summary";
    return summary.text().substr(0, summary.text().size() - ending.size());
}

bool is_made(const Services& services, const catalog::TableName& table) {
    const auto info = services.catalog->show(table);
    if (!info.ok()) return false;
    const auto version = services.lake->current(info->declared.dataset);
    return version.ok() && version->number > 0;
}

Result<void> write_segments(
    const Services& services,
    const Call& call,
    const catalog::TableName& summary,
    json::Writer& writer
) {
    engine::QueryRequest request;
    request.sql = "SELECT * FROM " + quote_name(summary.schema) + "." + quote_name(summary.table) +
                  " ORDER BY cluster";
    request.cancelled = call.request.cancelled;
    const auto result = TRY(services.engine->query(request));
    std::string lines;
    while (TRY(result->append_rows(engine::ResultFormat::Ndjson, lines)) > 0) continue;
    for (const std::string& line : split(lines, '\n')) {
        if (line.empty()) continue;
        const json::Value row = TRY(json::parse(line));
        json::Value segment = json::Value::object();
        segment.set("table", table_of(summary));
        for (const auto& [name, value] : row.members()) segment.set(name, value);
        writer.raw(segment.dump());
    }
    return {};
}

Result<Response> list(const Services& services, const Call& call) {
    std::vector<std::string> not_made;
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    writer.key("segments");
    writer.begin_array();
    for (const catalog::TableName& summary :
         pipeline::segment_summaries(services.pipeline->graph())) {
        if (is_made(services, summary)) {
            TRY(write_segments(services, call, summary, writer));
        } else {
            not_made.push_back(table_of(summary));
        }
    }
    writer.end_array();
    writer.key("not_made");
    writer.begin_array();
    for (const std::string& table : not_made) writer.string(table);
    writer.end_array();
    writer.end_object();
    return json_response(std::move(body));
}

Operation list_operation(const Services& services) {
    Operation operation;
    operation.id = "list_segments";
    operation.method = "GET";
    operation.path = "/v1/segments";
    operation.tag = "models";
    operation.summary = "The segments of all packages: how large, and what they are like.";
    operation.description =
        "An entry for each segment of each asset of kind segments; besides the members named here "
        "the mean of each feature, by its name. The newest version of each table.";
    operation.answers = {json_answer(
        "The segments.",
        object(
            {{"segments",
              array(
                  open_object(
                      {{"table", text("Where each row's segment stands.")},
                       {"cluster", integer("0 is the largest.")},
                       {"segment", text("What the rules call it.")},
                       {"size", integer("Rows in it.")},
                       {"share", number("Of all rows.")},
                       {"silhouette", number("Mean of its rows, from -1 to 1.")},
                       {"clusters", integer("How many the table has.")},
                       {"mean_silhouette", number("Of all rows.")},
                       {"stability", number("Agreement with other seeds; 1 is entirely.")}}
                  ),
                  "By table and cluster."
              )},
             {"not_made", array(text(), "Tables that no run has made yet.")}}
        )
    )};
    operation.handler = answering([&services](Call& call) { return list(services, call); });
    return operation;
}

}  // namespace

std::vector<Operation> segment_operations(const Services& services) {
    if (services.pipeline == nullptr || services.catalog == nullptr || services.lake == nullptr ||
        services.engine == nullptr)
        return {};
    return {list_operation(services)};
}

}  // namespace tradewind::api
