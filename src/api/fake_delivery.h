// A delivery for the tests of this room: it remembers what it was asked.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "deliver/deliver.h"

namespace tradewind::api::fakes {

class FakeDelivery final : public deliver::Delivery {
public:
    explicit FakeDelivery(std::shared_ptr<const contract::Contract> contract)
        : contract_(std::move(contract)) {}
    std::vector<deliver::SinkStatus> statuses;
    std::map<std::string, bool> paused;
    int republished = 0;

    const contract::Contract& contract() const override { return *contract_; }
    stream::Stream* stream() override { return nullptr; }
    Result<void> start() override { return {}; }
    void stop(std::int64_t) override {}
    Result<bool> step(const std::string&) override { return false; }
    std::vector<deliver::SinkStatus> sinks() override { return statuses; }
    Result<void> pause(const std::string& sink, bool on) override {
        if (sink != "raw") return Error(ErrorCode::NotFound, "there is no sink " + sink);
        paused[sink] = on;
        return {};
    }
    Result<void> wait_applied(Position, std::int64_t) override { return {}; }
    Result<void> flush() override { return {}; }
    Result<std::unique_ptr<deliver::Load>> begin_load(const deliver::LoadTicket&) override {
        return Error(ErrorCode::Unavailable, "not in this test");
    }
    Result<std::string> keep_original(const deliver::LoadTicket&, const std::string&) override {
        return std::string();
    }
    Result<std::optional<deliver::KeptVersion>> kept_version(OriginId, std::int64_t) override {
        return std::optional<deliver::KeptVersion>();
    }
    Result<void> rebuild_serving() override { return {}; }
    Result<void> republish() override {
        ++republished;
        return {};
    }
    std::vector<contract::FilteredCount> filtered() override { return {}; }

private:
    std::shared_ptr<const contract::Contract> contract_;
};

}  // namespace tradewind::api::fakes
