#include "cli/connection.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace tradewind::cli {

namespace {

// How long a command waits for a server that is still recovering.
constexpr auto starting_patience = std::chrono::seconds(60);
constexpr auto starting_pause = std::chrono::milliseconds(100);

class InProcess : public Connection {
public:
    InProcess(std::unique_ptr<LocalPlatform> platform, const std::atomic<bool>& cancelled)
        : platform_(std::move(platform)), cancelled_(cancelled) {}
    ~InProcess() override { platform_->stop(); }

    bool in_process() const override { return true; }

    Result<HttpReply> call(const HttpRequest& request, const OnBody& on_body) override {
        api::Request operation;
        operation.method = request.method;
        operation.target = request.target;
        for (const auto& [name, value] : request.headers) operation.headers[lower(name)] = value;
        operation.body = request.body;
        operation.cancelled = std::make_shared<std::atomic<bool>>(false);
        return read(TRY(wait(std::move(operation))), on_body);
    }

private:
    static std::string lower(std::string text) {
        for (char& c : text) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        }
        return text;
    }

    struct Waiting {
        std::mutex mutex;
        std::condition_variable answered;
        std::optional<api::Response> response;
    };

    Result<api::Response> wait(api::Request operation) {
        auto waiting = std::make_shared<Waiting>();
        const auto cancelled = operation.cancelled;
        platform_->api().handle(std::move(operation), [waiting](api::Response response) {
            std::lock_guard lock(waiting->mutex);
            waiting->response = std::move(response);
            waiting->answered.notify_one();
        });
        std::unique_lock lock(waiting->mutex);
        // Ctrl-C only sets a flag: looked at now and then, and passed on.
        while (!waiting->answered.wait_for(lock, std::chrono::milliseconds(50), [&] {
            return waiting->response.has_value();
        })) {
            if (cancelled_.load()) cancelled->store(true);
        }
        return *std::move(waiting->response);
    }

    Result<HttpReply> read(api::Response response, const OnBody& on_body) {
        HttpReply reply;
        reply.status = response.status;
        for (const auto& [name, value] : response.headers) reply.headers[lower(name)] = value;
        reply.headers["content-type"] = response.content_type;
        const bool stream = on_body && reply.status >= 200 && reply.status < 300;
        const auto take = [&](std::string_view piece) -> Result<void> {
            if (stream) return on_body(reply.status, piece);
            reply.body.append(piece);
            return {};
        };
        TRY(take(response.body));
        while (response.rest) {
            if (cancelled_.load()) return Error(ErrorCode::Cancelled, "cancelled");
            const std::string piece = TRY(response.rest->next());
            if (piece.empty()) break;
            TRY(take(piece));
        }
        return reply;
    }

    std::unique_ptr<LocalPlatform> platform_;
    const std::atomic<bool>& cancelled_;
};

class ToOwner : public Connection {
public:
    ToOwner(const std::string& socket, const std::atomic<bool>& cancelled)
        : client_(make_http_client("http://localhost", socket, &cancelled)) {}

    bool in_process() const override { return false; }

    Result<HttpReply> call(const HttpRequest& request, const OnBody& on_body) override {
        const auto until = std::chrono::steady_clock::now() + starting_patience;
        for (;;) {
            auto reply = client_->call(request, on_body);
            const bool starting =
                reply.ok()
                    ? reply->status == 503 && reply->headers.contains("retry-after")
                    : reply.error().code() == ErrorCode::Unavailable && request.method == "GET";
            if (!starting || std::chrono::steady_clock::now() >= until) return reply;
            std::this_thread::sleep_for(starting_pause);
        }
    }

private:
    std::unique_ptr<HttpClient> client_;
};

}  // namespace

Result<std::unique_ptr<Connection>> connect(
    const Backend& backend, const std::string& workspace, const std::atomic<bool>& cancelled
) {
    OpenRequest request;
    request.workspace = workspace;
    auto platform = backend.open(request);
    if (platform.ok())
        return std::unique_ptr<Connection>(
            std::make_unique<InProcess>(std::move(platform).take(), cancelled)
        );
    if (platform.error().code() != ErrorCode::Conflict) return std::move(platform).error();
    return std::unique_ptr<Connection>(
        std::make_unique<ToOwner>(backend.control_socket(workspace), cancelled)
    );
}

Error error_of(const HttpReply& reply) {
    const ErrorCode code = reply.status == 404   ? ErrorCode::NotFound
                           : reply.status >= 500 ? ErrorCode::Unavailable
                                                 : ErrorCode::InvalidArgument;
    const auto problem = json::parse(reply.body);
    if (!problem.ok() || problem->find("detail") == nullptr) {
        return Error(
            code,
            "the server answered " + std::to_string(reply.status) + ": " + reply.body.substr(0, 200)
        );
    }
    Error error(code, problem->text_or("detail", ""));
    return std::move(error).with_hint(problem->text_or("hint", ""));
}

Result<json::Value> call_json(Connection& connection, const HttpRequest& request) {
    const HttpReply reply = TRY(connection.call(request));
    if (reply.status < 200 || reply.status >= 300) return error_of(reply);
    return json::parse(reply.body);
}

}  // namespace tradewind::cli
