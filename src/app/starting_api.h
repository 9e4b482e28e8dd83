// What answers while the platform recovers: /healthz is fine, everything else is told to come back.
#pragma once

#include <atomic>

#include "api/api.h"

namespace tradewind::app {

// Passes requests on once the real one is set. Any thread.
class StartingApi : public api::Api {
public:
    void set(api::Api* api) { api_.store(api, std::memory_order_release); }

    void handle(api::Request request, api::Reply reply) override;
    std::shared_ptr<api::BodySink> open_body(const api::Request& head) override;
    const std::string& openapi() const override;
    void stop() override;

private:
    std::atomic<api::Api*> api_{nullptr};
    const std::string no_openapi_ = "{}";
};

}  // namespace tradewind::app
