// How the platform is: health, metrics, version, and its own description.
#include "api/operations.h"
#include "api/problem.h"
#include "api/replies.h"

namespace tradewind::api {

namespace {

Operation system_operation(std::string id, std::string path, std::string summary) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = "GET";
    operation.path = std::move(path);
    operation.tag = "system";
    operation.summary = std::move(summary);
    operation.runs = Runs::Quick;
    operation.needs_ready = false;
    return operation;
}

json::Value state_schema() {
    return schema::object({{"status", schema::text()}});
}

Operation health() {
    Operation operation = system_operation("health", "/healthz", "The process is alive.");
    operation.answers = {json_answer("It is.", state_schema())};
    operation.handler =
        answering([](Call&) -> Result<Response> { return json_response("{\"status\":\"ok\"}"); });
    return operation;
}

Operation readiness(const Services& services) {
    Operation operation =
        system_operation("readiness", "/readyz", "Recovery is done and every door is open.");
    operation.answers = {json_answer("Ready.", state_schema())};
    operation.handler = answering([&services](Call&) -> Result<Response> {
        if (!services.ready || services.ready()) return json_response("{\"status\":\"ready\"}");
        return Error(ErrorCode::Unavailable, "recovery is under way");
    });
    return operation;
}

Operation metrics(const Services& services) {
    Operation operation =
        system_operation("metrics", "/metrics", "Counters, gauges and histograms for Prometheus.");
    operation.runs = Runs::Worker;
    operation.answers = {
        {200, "Prometheus text format.", {{"text/plain; version=0.0.4", schema::text()}}}
    };
    operation.handler = answering([&services](Call&) -> Result<Response> {
        Response response;
        response.content_type = "text/plain; version=0.0.4";
        response.body = services.metrics->to_prometheus();
        return response;
    });
    return operation;
}

Operation openapi_operation(const std::string& openapi) {
    Operation operation = system_operation("openapi", "/openapi.json", "This description.");
    operation.answers = {
        json_answer("OpenAPI 3.1.", schema::open_object({{"openapi", schema::text()}}))
    };
    operation.handler =
        answering([&openapi](Call&) -> Result<Response> { return json_response(openapi); });
    return operation;
}

Operation version(const Services& services) {
    Operation operation =
        system_operation("version", "/v1/version", "Versions of the program and its SQL engine.");
    operation.answers = {json_answer(
        "The versions.", schema::object({{"version", schema::text()}, {"engine", schema::text()}})
    )};
    operation.handler = answering([&services](Call&) -> Result<Response> {
        std::string body;
        json::Writer writer(body);
        writer.begin_object();
        writer.key("version");
        writer.string(services.version);
        writer.key("engine");
        writer.string(engine::engine_version());
        writer.end_object();
        return json_response(std::move(body));
    });
    return operation;
}

Operation doctor(const Services& services) {
    Operation operation = system_operation(
        "doctor", "/v1/doctor", "What is right with this installation, and what is not."
    );
    operation.runs = Runs::Worker;
    operation.answers = {json_answer("A report.", schema::open_object({}))};
    operation.handler = answering([&services](Call&) -> Result<Response> {
        return json_response(TRY(services.doctor()));
    });
    return operation;
}

}  // namespace

std::vector<Operation> system_operations(const Services& services, const std::string& openapi) {
    std::vector<Operation> all{
        health(),
        readiness(services),
        metrics(services),
        openapi_operation(openapi),
        version(services)
    };
    if (services.doctor) all.push_back(doctor(services));
    return all;
}

}  // namespace tradewind::api
