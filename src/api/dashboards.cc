// Dashboards: which there are, what can be chosen, and the rows of their tiles.
#include <algorithm>
#include <utility>

#include "api/accept.h"
#include "api/crawled.h"
#include "api/dashboard_schema.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/query_body.h"
#include "api/replies.h"
#include "base/log.h"
#include "base/text.h"
#include "dashboard/dashboard.h"
#include "os/filesystem.h"

namespace tradewind::api {

namespace {

using namespace schema;
using dashboard::Definition;
using SharedDashboards = std::shared_ptr<dashboard::Dashboards>;

constexpr std::int64_t choices_default = 1000;
constexpr std::int64_t choices_max = 10'000;

Value range_json(const dashboard::DateRange& range) {
    const auto end = [](const std::string& day) {
        return day.empty() ? Value() : Value::string(day);
    };
    Value object = Value::object();
    object.set("from", end(range.from));
    object.set("to", end(range.to));
    return object;
}

void write_texts(json::Writer& writer, const char* name, const std::vector<std::string>& texts) {
    writer.key(name);
    writer.begin_array();
    for (const std::string& text : texts) writer.string(text);
    writer.end_array();
}

// The members columns, rows and truncated of an object that is begun.
void write_rows(json::Writer& writer, const dashboard::Rows& rows) {
    write_columns(writer, rows.columns);
    writer.key("rows");
    writer.raw("[" + rows.json + "]");
    writer.key("truncated");
    writer.boolean(rows.truncated);
}

dashboard::RunOptions run_options(const Call& call) {
    dashboard::RunOptions options;
    options.cancelled = call.request.cancelled;
    return options;
}

// A dashboard's statements are its file's: where they are wrong, the address is not.
constexpr int statement_problem = 422;

Operation dashboard_operation(std::string id, std::string path, std::string summary) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = "GET";
    operation.path = std::move(path);
    operation.tag = "dashboards";
    operation.summary = std::move(summary);
    return operation;
}

std::vector<Parameter> named_parameters() {
    return {
        path_parameter("package", "The package.", "online_retail"),
        path_parameter("dashboard", "The dashboard.", "sales")
    };
}

Operation list_operation(const SharedDashboards& dashboards) {
    Operation operation = dashboard_operation(
        "list_dashboards", "/v1/dashboards", "The dashboards that the packages bring along."
    );
    operation.answers = {json_answer("All of them.", dashboard_list_schema())};
    operation.handler = answering([dashboards](Call&) -> Result<Response> {
        Value body = Value::object();
        Value& list = body.set("dashboards", Value::array());
        const auto add = [&](const auto& of, const std::string& title, const std::string& about
                         ) -> Value& {
            Value& entry = list.add(Value::object());
            entry.set("package", of.package);
            entry.set("name", of.name);
            entry.set("title", title);
            entry.set("description", about);
            return entry;
        };
        for (const Definition& definition : dashboards->declared().definitions) {
            Value& entry = add(definition, definition.title, definition.description);
            Value& pages = entry.set("pages", Value::array());
            for (const dashboard::Page& page : definition.pages) {
                Value& one = pages.add(Value::object());
                one.set("name", page.name);
                one.set("title", page.title);
                one.set("tiles", static_cast<std::int64_t>(page.tiles.size()));
            }
            entry.set("error", Value());
        }
        for (const dashboard::Fault& fault : dashboards->declared().faults) {
            Value& entry = add(fault, fault.name, "");
            entry.set("pages", Value::array());
            entry.set("error", fault.error.describe());
        }
        return json_response(body.dump());
    });
    return operation;
}

Operation show_operation(const SharedDashboards& dashboards) {
    Operation operation = dashboard_operation(
        "show_dashboard",
        "/v1/dashboards/{package}/{dashboard}",
        "A dashboard as its file declares it: filters, pages, tiles."
    );
    operation.parameters = named_parameters();
    operation.answers = {json_answer("The dashboard.", dashboard_schema())};
    operation.problems = {404};
    operation.handler = answering([dashboards](Call& call) -> Result<Response> {
        const Definition* definition =
            TRY(dashboards->find(call.arguments.text("package"), call.arguments.text("dashboard")));
        return json_response(dashboard::to_json(*definition).dump());
    });
    return operation;
}

void write_filter_state(
    json::Writer& writer, const dashboard::Filter& filter, const dashboard::FilterState& state
) {
    const bool range = filter.kind == dashboard::FilterKind::DateRange;
    writer.begin_object();
    writer.key("filter");
    writer.string(filter.name);
    writer.key("bounds");
    writer.value(range ? range_json(state.bounds) : Value());
    writer.key("presets");
    writer.begin_array();
    for (const dashboard::NamedRange& preset : state.presets) {
        Value object = Value::object();
        object.set("preset", preset.preset);
        const Value days = range_json(preset.range);
        for (const auto& [name, day] : days.members()) object.set(name, day);
        writer.value(object);
    }
    writer.end_array();
    writer.key("choices");
    if (state.choices == nullptr) {
        writer.null();
    } else {
        writer.begin_object();
        write_rows(writer, *state.choices);
        writer.end_object();
    }
    writer.end_object();
}

Operation filter_operation(const SharedDashboards& dashboards) {
    Operation operation = dashboard_operation(
        "list_filter_values",
        "/v1/dashboards/{package}/{dashboard}/filters/{filter}",
        "What can be chosen in a filter: its values, or the days there are."
    );
    operation.runs = Runs::Slow;
    operation.parameters = named_parameters();
    operation.parameters.push_back(path_parameter("filter", "The filter.", "country"));
    operation.parameters.push_back(
        {.name = "search", .description = "Only values with this in them, whatever the case."}
    );
    operation.parameters.push_back(
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "Values at most; 1,000 unless it says otherwise.",
         .min = 1,
         .max = choices_max}
    );
    operation.answers = {json_answer("What can be chosen.", filter_state_schema())};
    operation.problems = {404, 408, statement_problem};
    operation.statuses = {{ErrorCode::ResourceExhausted, statement_problem}};
    operation.handler = answering([dashboards](Call& call) -> Result<Response> {
        const Definition* definition =
            TRY(dashboards->find(call.arguments.text("package"), call.arguments.text("dashboard")));
        const auto* filter =
            TRY(dashboard::find_filter(*definition, call.arguments.text("filter")));
        dashboard::FilterSearch search;
        search.text = call.arguments.text("search");
        search.rows_max = call.arguments.integer_or("limit", choices_default);
        const auto state =
            TRY(dashboards->filter_state(*definition, *filter, search, run_options(call)));
        std::string body;
        json::Writer writer(body);
        write_filter_state(writer, *filter, state);
        return json_response(std::move(body));
    });
    return operation;
}

void write_compare(json::Writer& writer, const dashboard::TileAnswer& answer) {
    writer.key("compare");
    if (answer.compare == nullptr) return writer.null();
    writer.begin_object();
    write_rows(writer, *answer.compare);
    writer.key("range");
    writer.value(range_json(answer.compare_range));
    writer.key("sql");
    writer.string(answer.compare_sql);
    writer.end_object();
}

void write_inputs(json::Writer& writer, const std::vector<dashboard::Input>& inputs) {
    Timestamp newest{0};
    writer.key("inputs");
    writer.begin_array();
    for (const dashboard::Input& input : inputs) {
        newest.micros = std::max(newest.micros, input.committed_at.micros);
        writer.begin_object();
        writer.key("table");
        writer.string(input.table);
        writer.key("version");
        writer.number(input.version);
        writer.key("committed_at");
        write_time(writer, input.committed_at);
        writer.end_object();
    }
    writer.end_array();
    writer.key("as_of");
    write_time(writer, newest);
}

std::string tile_json(const dashboard::TileAnswer& answer) {
    constexpr double us_in_ms = 1000;
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    write_rows(writer, *answer.rows);
    writer.key("sql");
    writer.string(answer.sql);
    write_inputs(writer, answer.inputs);
    writer.key("took_ms");
    writer.number(static_cast<double>(answer.took_us) / us_in_ms);
    writer.key("cached");
    writer.boolean(answer.cached);
    write_texts(writer, "applied", answer.applied);
    write_texts(writer, "ignored", answer.ignored);
    write_compare(writer, answer);
    writer.key("sparkline");
    if (answer.sparkline == nullptr) {
        writer.null();
    } else {
        writer.begin_object();
        write_rows(writer, *answer.sparkline);
        writer.end_object();
    }
    writer.end_object();
    return body;
}

struct TileCall {
    const Definition* definition = nullptr;
    const dashboard::Tile* tile = nullptr;
};

Result<TileCall> find_tile(dashboard::Dashboards& dashboards, const Call& call) {
    TileCall found;
    found.definition =
        TRY(dashboards.find(call.arguments.text("package"), call.arguments.text("dashboard")));
    found.tile = TRY(dashboard::find_tile(
        *found.definition, call.arguments.text("page"), call.arguments.text("tile")
    ));
    return found;
}

Result<Response> tile_response(
    dashboard::Dashboards& dashboards, const QueryDoor& door, const TileCall& asked, Call& call
) {
    const auto body = TRY(read_json_body(call, {"filters", "limit", "timeout_ms"}, true));
    QueryOrder order = TRY(read_query_limits(body));
    const auto values = TRY(dashboard::read_filter_values(*asked.definition, body.find("filters")));
    const auto choice = choose_media(call.header("accept"), query_media());
    if (choice.value_or(1) > 0) {
        order.sql = TRY(dashboards.tile_sql(*asked.definition, *asked.tile, values));
        return run_query(door, call, std::move(order));
    }
    if (door.prepare) TRY(door.prepare(asked.tile->sql.sql));
    dashboard::RunOptions options = run_options(call);
    options.timeout_us = order.timeout_ms * 1000;
    if (order.limit) options.rows_max = *order.limit;
    return json_response(
        tile_json(TRY(dashboards.run_tile(*asked.definition, *asked.tile, values, options)))
    );
}

Operation tile_operation(const SharedDashboards& dashboards, QueryDoor door) {
    Operation operation = dashboard_operation(
        "run_tile",
        "/v1/dashboards/{package}/{dashboard}/tiles/{page}/{tile}",
        "The rows of a tile, as the filters leave them."
    );
    operation.method = "POST";
    operation.description =
        "A filter that is absent has its default; null and [] are not set, and leave all rows. "
        "With CSV or another format of POST /v1/query the rows alone are answered.";
    operation.runs = Runs::Slow;
    operation.parameters = named_parameters();
    operation.parameters.push_back(path_parameter("page", "The page.", "overview"));
    operation.parameters.push_back(path_parameter("tile", "The tile.", "daily_sales"));
    operation.body = RequestBody{
        false,
        {json_media(
            tile_order_schema(),
            R"({"filters": {"period": {"from": "2010-12-01", "to": "2011-11-30"}, "country": ["france"]}})"
        )}
    };
    describe_query_answers(operation);
    operation.answers.front().media.front() = json_media(tile_answer_schema());
    operation.problems.push_back(404);
    operation.handler = [dashboards, door = std::move(door)](const std::shared_ptr<Call>& call) {
        const auto asked = find_tile(*dashboards, *call);
        // Here NotFound is the address; further down it is a table.
        if (!asked.ok()) return call->answer(problem(asked.error()));
        answering([&](Call& found) -> Result<Response> {
            return tile_response(*dashboards, door, *asked, found);
        })(call);
    };
    return operation;
}

}  // namespace

std::vector<Operation> dashboard_operations(const Services& services) {
    if (services.engine == nullptr || services.catalog == nullptr) return {};
    const auto files = os::make_posix_filesystem();
    dashboard::Declared declared = dashboard::read_dashboards(*files, services.packages);
    for (const dashboard::Fault& fault : declared.faults)
        log::warn("a dashboard is left out", {{"reason", fault.error.describe()}});
    const SharedDashboards dashboards = dashboard::open_dashboards(
        std::move(declared),
        {},
        {services.engine, services.catalog, services.clock, services.metrics}
    );
    const auto prepare = [&services](const std::string& sql) -> Result<void> {
        TRY(check_crawled(services, sql));
        return refresh_system_tables(services, sql);
    };
    const QueryDoor door{services.engine, services.temp_folder, prepare};
    return {
        list_operation(dashboards),
        show_operation(dashboards),
        filter_operation(dashboards),
        tile_operation(dashboards, door)
    };
}

}  // namespace tradewind::api
