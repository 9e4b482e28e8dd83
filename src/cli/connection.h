// Where operations are sent: to a platform in this process, or to the one that owns the workspace.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "cli/cli.h"
#include "cli/http_client.h"

namespace tradewind::cli {

class Connection {
public:
    virtual ~Connection() = default;
    virtual Result<HttpReply> call(const HttpRequest& request, const OnBody& on_body = nullptr) = 0;
    // False: another process answers, which may not be able to read this user's files.
    virtual bool in_process() const = 0;
};

// Opens the workspace, or, when another process owns it, its control socket.
Result<std::unique_ptr<Connection>> connect(
    const Backend& backend, const std::string& workspace, const std::atomic<bool>& cancelled
);

// A platform of this process, which is stopped with the connection.
std::unique_ptr<Connection> connect_to(
    std::unique_ptr<LocalPlatform> platform, const std::atomic<bool>& cancelled
);

// The reply's JSON; a problem+json or other failure becomes an Error that says what the server
// said.
Result<json::Value> call_json(Connection& connection, const HttpRequest& request);
Result<json::Value> get_json(Connection& connection, const std::string& target);
Result<json::Value> post_json(
    Connection& connection, const std::string& target, const json::Value& body
);
// How something that is under way stands by now. Once its end was asked for (`cancel_asked`),
// Ctrl-C does not cut this short any more; before, it may: nothing, and the caller asks for the
// end.
Result<std::optional<json::Value>> look_at(
    Connection& connection, const std::string& target, bool cancel_asked
);
Error error_of(const HttpReply& reply);

}  // namespace tradewind::cli
