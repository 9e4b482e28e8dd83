#include "app/starting_api.h"

#include <utility>

namespace tradewind::app {

void StartingApi::handle(api::Request request, api::Reply reply) {
    if (api::Api* api = api_.load(std::memory_order_acquire))
        return api->handle(std::move(request), std::move(reply));
    api::Response response;
    if (request.target == "/healthz") {
        response.body = R"({"status":"ok"})";
        return reply(std::move(response));
    }
    response.status = 503;
    response.content_type = "application/problem+json";
    response.headers["Retry-After"] = "1";
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
