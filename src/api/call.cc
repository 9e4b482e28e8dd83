#include "api/call.h"

#include "api/problem.h"
#include "base/check.h"
#include "base/text.h"

namespace tradewind::api {

const std::string* Arguments::find(std::string_view name) const {
    for (const auto& [known, value] : values_) {
        if (known == name) return &value;
    }
    return nullptr;
}

const std::string& Arguments::text(std::string_view name) const {
    static const std::string empty;
    const std::string* value = find(name);
    return value != nullptr ? *value : empty;
}

std::optional<std::string> Arguments::optional_text(std::string_view name) const {
    const std::string* value = find(name);
    return value != nullptr ? std::optional<std::string>(*value) : std::nullopt;
}

std::int64_t Arguments::integer_or(std::string_view name, std::int64_t fallback) const {
    const std::string* value = find(name);
    if (value == nullptr) return fallback;
    const auto number = parse_integer(*value);
    CHECK(number.has_value());
    return *number;
}

Call::Call(std::shared_ptr<CallContext> context, Request asked, Reply reply)
    : request(std::move(asked)),
      context_(std::move(context)),
      reply_(std::move(reply)),
      started_us_(context_->clock->monotonic_us()) {
    context_->under_way.enter();
}

Call::~Call() {
    if (!answered_) {
        answer(problem(500, Error(ErrorCode::Io, "the request was dropped without an answer")));
    }
    context_->under_way.leave();
}

void Call::set_operation(const Operation& operation, OperationMetrics& metrics) {
    operation_ = &operation;
    metrics_ = &metrics;
}

std::string_view Call::header(const char* name) const {
    const auto found = request.headers.find(name);
    return found != request.headers.end() ? std::string_view(found->second) : std::string_view();
}

bool Call::cancelled() const {
    return request.cancelled != nullptr && request.cancelled->load();
}

void Call::answer(Response response) {
    CHECK(!answered_);
    answered_ = true;
    if (metrics_ != nullptr)
        metrics_->count(response.status, context_->clock->monotonic_us() - started_us_);
    reply_(std::move(response));
}

void Call::refuse(const Error& error) {
    static const std::vector<std::pair<ErrorCode, int>> none;
    answer(
        problem(status_of(error.code(), operation_ != nullptr ? operation_->statuses : none), error)
    );
}

Handler answering(std::function<Result<Response>(Call&)> answer) {
    return [answer = std::move(answer)](const std::shared_ptr<Call>& call) {
        Result<Response> response = answer(*call);
        if (response.ok()) {
            call->answer(std::move(response).take());
        } else {
            call->refuse(response.error());
        }
    };
}

}  // namespace tradewind::api
