// A client's side of HTTP: over TCP or a control socket (libcurl, in http_client.cc only).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tradewind::cli {

struct HttpRequest {
    std::string method = "GET";
    std::string target;  // path and query
    std::map<std::string, std::string> headers;
    std::string_view body;
    std::string upload_path;  // a file sent as multipart/form-data "file" instead of a body
    std::map<std::string, std::string> form;  // further fields beside the file
    // Ctrl-C does not end the call, since it is what Ctrl-C asks for, or must not be half done; a
    // minute without an answer does.
    bool despite_cancel = false;
};

struct HttpReply {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;                            // empty when `on_body` took it
};

using OnBody = std::function<Result<void>(int status, std::string_view piece)>;

// One connection, kept open between calls. One thread.
class HttpClient {
public:
    virtual ~HttpClient() = default;
    // Unavailable: nobody answered or the connection broke. `on_body` gets pieces of a 2xx body.
    virtual Result<HttpReply> call(const HttpRequest& request, const OnBody& on_body = nullptr) = 0;
    // Of the call before: was any of the request sent? If not, nobody can have acted on it.
    virtual bool sent() const = 0;
};

// `base_url` like "http://127.0.0.1:8080"; with a socket path the host is only a name. The flag,
// when set by another thread or a signal, ends a call with Cancelled.
std::unique_ptr<HttpClient> make_http_client(
    const std::string& base_url, const std::string& socket_path, const std::atomic<bool>* cancelled
);

}  // namespace tradewind::cli
