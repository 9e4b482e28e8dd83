// One request under way: what was asked, the checked parameters, and the way to answer.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/api.h"
#include "api/call_metrics.h"
#include "api/operations.h"
#include "api/requests_under_way.h"

namespace tradewind::api {

// Values of parameters by name; names live in the operation table.
class Arguments {
public:
    void add(std::string_view name, std::string value) {
        values_.emplace_back(name, std::move(value));
    }
    const std::string* find(std::string_view name) const;
    // The value, or empty.
    const std::string& text(std::string_view name) const;
    std::optional<std::string> optional_text(std::string_view name) const;
    // Checked before the handler ran.
    std::int64_t integer_or(std::string_view name, std::int64_t fallback) const;

private:
    std::vector<std::pair<std::string_view, std::string>> values_;
};

// What all calls of an Api share; it outlives the Api while a call is under way.
struct CallContext {
    os::Clock* clock = nullptr;
    RequestsUnderWay under_way;
};

// Answers exactly once: a call that is dropped without an answer answers 500 itself, so that no
// client waits for ever. One thread at a time, except cancelled().
class Call {
public:
    Call(std::shared_ptr<CallContext> context, Request request, Reply reply);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    Request request;
    Arguments arguments;

    void set_operation(const Operation& operation, OperationMetrics& metrics);
    // A request that leads to no operation is counted all the same.
    void set_unrouted(OperationMetrics& metrics) { metrics_ = &metrics; }
    const Operation& operation() const { return *operation_; }
    std::string_view header(const char* name) const;
    bool cancelled() const;

    void answer(Response response);
    // As a problem, with the status that the operation gives to the error's code.
    void refuse(const Error& error);

private:
    std::shared_ptr<CallContext> context_;
    Reply reply_;
    const Operation* operation_ = nullptr;
    OperationMetrics* metrics_ = nullptr;
    std::int64_t started_us_ = 0;
    bool answered_ = false;
};

}  // namespace tradewind::api
