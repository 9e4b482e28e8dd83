#include <algorithm>
#include <array>

#include "app/steps.h"
#include "base/text.h"

namespace tradewind::app {

namespace {

constexpr std::int64_t timeout_default_us = 30'000'000;
constexpr std::int64_t timeout_max_us = 3'600'000'000;
constexpr std::size_t answer_shown_max = 200;  // of its body, in the step's message

// `http: {url: …, method: POST, body: …, headers: {…}, secret_env: …, timeout: 30s}`.
Result<os::WebRequest> read_request(const yaml::Node& argument) {
    if (argument.kind() != yaml::Kind::Mapping)
        return std::move(argument.error("http says where to"))
            .with_hint("As in: - http: {url: https://example.org/done}.");
    TRY(argument.allow_keys({"url", "method", "body", "headers", "secret_env", "timeout"}));
    os::WebRequest request;
    request.url = TRY(argument["url"].text());
    auto origin = os::web_origin(request.url);
    if (!origin.ok()) return std::move(origin).error().at(argument["url"].where());
    request.method = TRY(argument["method"].text_or("POST"));
    constexpr std::array<std::string_view, 5> methods{"GET", "POST", "PUT", "PATCH", "DELETE"};
    if (std::ranges::find(methods, request.method) == methods.end())
        return argument["method"].error("'" + request.method + "' is no method of HTTP");
    request.body = TRY(argument["body"].text_or(""));
    const yaml::Node headers = argument["headers"];
    for (const auto& [name, value] : headers.members())
        request.headers.emplace_back(name, TRY(value.text()));
    request.timeout_us = timeout_default_us;
    if (argument["timeout"].present()) {
        const auto timeout = parse_duration_us(TRY(argument["timeout"].text()));
        if (!timeout.ok() || *timeout <= 0 || *timeout > timeout_max_us)
            return argument["timeout"].error("timeout is a duration of at most 1h, such as 30s");
        request.timeout_us = *timeout;
    }
    return request;
}

class HttpStep : public schedule::StepKind {
public:
    explicit HttpStep(const StepParts& parts) : parts_(parts) {}
    std::string name() const override { return "http"; }

    Result<void> check([[maybe_unused]] const std::string& package, const yaml::Node& argument)
        const override {
        TRY(read_request(argument));
        TRY(argument["secret_env"].text_or(""));
        return {};
    }

    Result<schedule::StepResult> carry_out(const schedule::StepOrder& order) override {
        const yaml::Node& argument = order.step.argument;
        os::WebRequest request = TRY(read_request(argument));
        // The same when the step is tried again after a crash: a receiver can tell.
        request.headers.emplace_back("Idempotency-Key", order.key());
        const std::string variable = TRY(argument["secret_env"].text_or(""));
        if (!variable.empty()) {
            const std::string secret =
                TRY(os::read_secret({variable, ""}, *parts_.files, parts_.environment));
            request.headers.emplace_back("Authorization", "Bearer " + secret);
        }
        const os::WebAnswer answer =
            TRY(parts_.web->send(request, [&order] { return order.cancelled->load(); }));
        schedule::StepResult result;
        result.message = TRY(os::web_origin(request.url))
        +" answered " + std::to_string(answer.status);
        result.failed = answer.status < 200 || answer.status > 299;
        if (result.failed && valid_utf8(answer.body) && !answer.body.empty())
            result.message += ": " + answer.body.substr(0, answer_shown_max);
        return result;
    }

private:
    const StepParts parts_;
};

}  // namespace

std::shared_ptr<schedule::StepKind> make_http_step(const StepParts& parts) {
    return std::make_shared<HttpStep>(parts);
}

}  // namespace tradewind::app
