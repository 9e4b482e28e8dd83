// What answers while the platform recovers: /healthz is fine, everything else is told to come back.
// And what refuses changes where nothing can be written.
#pragma once

#include <atomic>
#include <string>
#include <utility>

#include "api/api.h"

namespace tradewind::app {

// Passes requests on once the real one is set. Any thread.
class StartingApi : public api::Api {
public:
    // `only_reading`: why requests that change something are answered 503; empty: they are not.
    void set(api::Api* api, std::string only_reading) {
        only_reading_ = std::move(only_reading);
        api_.store(api, std::memory_order_release);
    }

    void handle(api::Request request, api::Reply reply) override;
    std::shared_ptr<api::BodySink> open_body(const api::Request& head) override;
    const std::string& openapi() const override;
    void stop() override;

private:
    std::atomic<api::Api*> api_{nullptr};
    std::string only_reading_;  // written before api_
    const std::string no_openapi_ = "{}";
};

}  // namespace tradewind::app
