#include "cli/connection.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "cli/output.h"
#include "os/process.h"

namespace tradewind::cli {

namespace {

constexpr auto look_again_after = std::chrono::milliseconds(50);
// What takes longer is said.
constexpr auto silent_for = std::chrono::milliseconds(1'000);

class InProcess : public Connection {
public:
    InProcess(std::unique_ptr<LocalPlatform> platform, const std::atomic<bool>& cancelled)
        : platform_(std::move(platform)), cancelled_(cancelled) {}
    ~InProcess() override {
        std::fflush(stdout);  // what was asked for is there, whatever others still do
        finish_for_others();
        platform_->stop();
    }

    bool in_process() const override { return true; }

    Result<HttpReply> call(const HttpRequest& request, const OnBody& on_body) override {
        api::Request operation;
        operation.method = request.method;
        operation.target = request.target;
        for (const auto& [name, value] : request.headers) operation.headers[lower(name)] = value;
        operation.body = request.body;
        operation.cancelled = std::make_shared<std::atomic<bool>>(false);
        return read(TRY(wait(std::move(operation), !request.despite_cancel)), on_body);
    }

private:
    static std::string lower(std::string text) {
        for (char& c : text) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        }
        return text;
    }

    // A second Ctrl-C, or one that comes only now, is not for the command but for this.
    bool told_to_end(bool was_cancelled) const {
        return (cancelled_.load() && !was_cancelled) || os::poll_stop_signal() != 0;
    }

    void finish_for_others() {
        const bool was_cancelled = cancelled_.load();
        constexpr std::int64_t told_after_us = 1'000'000;
        constexpr std::int64_t look_us = 200'000;
        if (platform_->finish_for_others(told_after_us) || told_to_end(was_cancelled)) return;
        note(
            "other commands use the workspace through this one; it ends when they have ended "
            "(Ctrl-C ends it at once)"
        );
        while (!platform_->finish_for_others(look_us) && !told_to_end(was_cancelled)) {
        }
    }

    struct Waiting {
        std::mutex mutex;
        std::condition_variable answered;
        std::optional<api::Response> response;
    };

    Result<api::Response> wait(api::Request operation, bool pass_cancel_on) {
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
            if (pass_cancel_on && cancelled_.load()) cancelled->store(true);
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

// Asks again until `until`, says what it waits for once that takes long, and hears Ctrl-C.
class Patience {
public:
    Patience(std::int64_t patience_ms, const std::atomic<bool>& cancelled)
        : until_(begun_ + std::chrono::milliseconds(patience_ms)), cancelled_(cancelled) {}

    // False: there is none left.
    bool wait(const std::string& reason) {
        const auto now = std::chrono::steady_clock::now();
        if (cancelled_.load() || now >= until_) return false;
        if (now - begun_ >= silent_for && !std::exchange(told_, true)) note("waiting: " + reason);
        std::this_thread::sleep_for(look_again_after);
        return true;
    }

private:
    const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    const std::chrono::steady_clock::time_point until_;
    const std::atomic<bool>& cancelled_;
    bool told_ = false;
};

// A request that may be made twice without harm.
bool only_reads(const HttpRequest& request) {
    return request.method == "GET" || request.method == "HEAD" ||
           request.target.starts_with("/v1/query") || request.target.starts_with("/v1/queries/");
}

// Why a request was turned away before anything came of it: "starting", "stopping" or "busy".
std::string turned_away(const HttpReply& reply) {
    constexpr std::string_view prefix = "urn:tradewind:problem:";
    if (reply.status != 503) return "";
    const auto problem = json::parse(reply.body);
    const std::string type = problem.ok() ? problem->text_or("type", "") : "";
    for (const std::string_view reason : {"starting", "stopping", "busy"}) {
        if (type.starts_with(prefix) && type.substr(prefix.size()) == reason)
            return std::string(reason);
    }
    return "";
}

// The workspace, wherever it is open: here, or in the process that has it. That one may be about to
// end; then it is looked for again.
class Reached : public Connection {
public:
    Reached(
        const Backend& backend, const std::string& workspace, const std::atomic<bool>& cancelled
    )
        : backend_(backend), workspace_(workspace), cancelled_(cancelled) {}

    bool in_process() const override { return here_ != nullptr; }

    Result<void> reach() {
        Patience patience(backend_.patience_ms, cancelled_);
        OpenRequest request;
        request.workspace = workspace_;
        while (true) {
            auto platform = backend_.open(request);
            if (platform.ok()) {
                here_ = connect_to(std::move(platform).take(), cancelled_);
                return {};
            }
            if (platform.error().code() != ErrorCode::Conflict) return platform.error();
            if (owner_answers()) return {};
            const std::string holder = platform.error().detail();
            if (patience.wait("another process has the workspace. " + holder)) continue;
            if (cancelled_.load()) return Error(ErrorCode::Cancelled, "cancelled");
            return nobody_answers(holder);
        }
    }

    Result<HttpReply> call(const HttpRequest& request, const OnBody& on_body) override {
        Patience patience(backend_.patience_ms, cancelled_);
        while (true) {
            if (here_ == nullptr && owner_ == nullptr) TRY(reach());
            if (here_ != nullptr) return here_->call(request, on_body);
            bool begun = false;
            auto reply = owner_->call(request, watched(on_body, begun));
            const std::string why = reply.ok() ? turned_away(*reply) : lost(request, begun, reply);
            if (why.empty()) return reply;
            if (why == "stopping" || why == "lost") owner_.reset();
            if (!patience.wait(told(why))) return reply;
        }
    }

private:
    // Whoever has been answered once is served until he has gone: from here on requests that change
    // something can be sent.
    bool owner_answers() {
        auto client =
            make_http_client("http://localhost", backend_.control_socket(workspace_), &cancelled_);
        HttpRequest hello;
        hello.target = "/healthz";
        const auto reply = client->call(hello);
        if (!reply.ok() || turned_away(*reply) == "stopping") return false;
        owner_ = std::move(client);
        return true;
    }

    Error nobody_answers(const std::string& holder) const {
        return Error(
                   ErrorCode::Unavailable, "another process has the workspace, and does not answer"
        )
            .with_detail(
                (holder.empty() ? "" : holder + " ") + "Nobody listens on " +
                backend_.control_socket(workspace_) + "."
            )
            .with_hint("Wait until it has ended, or stop it.");
    }

    static OnBody watched(const OnBody& on_body, bool& begun) {
        if (!on_body) return nullptr;
        return [&on_body, &begun](int status, std::string_view piece) {
            begun = true;
            return on_body(status, piece);
        };
    }

    std::string lost(const HttpRequest& request, bool begun, const Result<HttpReply>& reply) const {
        const bool gone = reply.error().code() == ErrorCode::Unavailable && !begun;
        return gone && (!owner_->sent() || only_reads(request)) ? "lost" : "";
    }

    static std::string told(const std::string& why) {
        if (why == "starting") return "the server recovers what a stop left behind";
        if (why == "busy") return "the server has too much to do at once";
        return "the process that had the workspace ends";
    }

    const Backend& backend_;
    const std::string workspace_;
    const std::atomic<bool>& cancelled_;
    std::unique_ptr<Connection> here_;  // one of these two, or none while it is looked for
    std::unique_ptr<HttpClient> owner_;
};

}  // namespace

Result<std::unique_ptr<Connection>> connect(
    const Backend& backend, const std::string& workspace, const std::atomic<bool>& cancelled
) {
    auto reached = std::make_unique<Reached>(backend, workspace, cancelled);
    TRY(reached->reach());
    return std::unique_ptr<Connection>(std::move(reached));
}

std::unique_ptr<Connection> connect_to(
    std::unique_ptr<LocalPlatform> platform, const std::atomic<bool>& cancelled
) {
    return std::make_unique<InProcess>(std::move(platform), cancelled);
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

Result<json::Value> get_json(Connection& connection, const std::string& target) {
    HttpRequest request;
    request.target = target;
    return call_json(connection, request);
}

Result<json::Value> post_json(
    Connection& connection, const std::string& target, const json::Value& body
) {
    const std::string text = body.dump();
    HttpRequest request;
    request.method = "POST";
    request.target = target;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = text;
    return call_json(connection, request);
}

Result<std::optional<json::Value>> look_at(
    Connection& connection, const std::string& target, bool cancel_asked
) {
    HttpRequest request;
    request.target = target;
    request.despite_cancel = cancel_asked;
    auto answer = call_json(connection, request);
    const bool cut_short = !answer.ok() && answer.error().code() == ErrorCode::Cancelled;
    if (cut_short && !cancel_asked) return std::optional<json::Value>();
    return std::optional(TRY(std::move(answer)));
}

}  // namespace tradewind::cli
