#include "app/starting_api.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"

namespace tradewind::app {

namespace {

constexpr const char* starting_page =
    "<!doctype html><html lang=\"en\"><title>Tradewind is starting</title>"
    "<p>Tradewind is starting. This page comes by itself when it is ready.</p></html>\n";

bool wants_a_page(const api::Request& request) {
    const auto accept = request.headers.find("accept");
    return request.method == "GET" && !request.target.starts_with("/v1/") &&
           accept != request.headers.end() && accept->second.find("text/html") != std::string::npos;
}

// By the verb, but for questions that are too long for an address.
bool only_reads(const api::Request& request) {
    if (request.method == "GET" || request.method == "HEAD") return true;
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{
            "/v1/query", "/v1/queries/", "/v1/recipes/", "/v1/dashboards/", "/v1/predictions/"
        },
        [&](std::string_view question) { return request.target.starts_with(question); }
    );
}

api::Response refusal(const std::string& reason) {
    json::Value problem = json::Value::object();
    problem.set("type", "urn:tradewind:problem:disk_full");
    problem.set("title", "Service Unavailable");
    problem.set("status", std::int64_t{503});
    problem.set("detail", reason);
    problem.set("hint", "Make room there, then try again.");
    api::Response response;
    response.status = 503;
    response.content_type = "application/problem+json";
    response.headers["Retry-After"] = "10";
    response.body = problem.dump();
    return response;
}

}  // namespace

void StartingApi::handle(api::Request request, api::Reply reply) {
    if (api::Api* api = api_.load(std::memory_order_acquire)) {
        if (only_reading_.empty() || only_reads(request))
            return api->handle(std::move(request), std::move(reply));
        return reply(refusal(only_reading_));
    }
    api::Response response;
    if (request.target == "/healthz") {
        response.body = R"({"status":"ok"})";
        return reply(std::move(response));
    }
    response.status = 503;
    response.headers["Retry-After"] = "1";
    if (wants_a_page(request)) {
        response.content_type = "text/html; charset=utf-8";
        response.headers["Refresh"] = "1";  // the browser asks again, until the real page answers
        response.body = starting_page;
        return reply(std::move(response));
    }
    response.content_type = "application/problem+json";
    response.body =
        R"({"type":"urn:tradewind:problem:starting","title":"Service Unavailable","status":503,"detail":"the platform is starting: it recovers what a stop left behind"})";
    reply(std::move(response));
}

std::shared_ptr<api::BodySink> StartingApi::open_body(const api::Request& head) {
    api::Api* api = api_.load(std::memory_order_acquire);
    return api == nullptr ? nullptr : api->open_body(head);
}

const std::string& StartingApi::openapi() const {
    const api::Api* api = api_.load(std::memory_order_acquire);
    return api == nullptr ? no_openapi_ : api->openapi();
}

void StartingApi::stop() {
    if (api::Api* api = api_.load(std::memory_order_acquire)) api->stop();
}

}  // namespace tradewind::app
