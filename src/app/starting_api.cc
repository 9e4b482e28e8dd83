#include "app/starting_api.h"

#include <string>
#include <utility>

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

}  // namespace

void StartingApi::handle(api::Request request, api::Reply reply) {
    if (api::Api* api = api_.load(std::memory_order_acquire))
        return api->handle(std::move(request), std::move(reply));
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
