// Requests to other machines over HTTP and HTTPS: how the platform tells others of itself (events,
// notifications). Certificates are checked, redirects are answers like any other, and a proxy is
// used where the environment names one (http_proxy, https_proxy, no_proxy).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tradewind::os {

struct WebRequest {
    std::string method = "POST";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::int64_t timeout_us = 10'000'000;      // from looking up the name to the answer's last byte
    std::uint64_t answer_bytes_max = 1 << 16;  // what comes after is not read
};

struct WebAnswer {
    int status = 0;
    std::string body;
};

// Asked every few hundredths of a second; true: the request is given up.
using GiveUp = std::function<bool()>;

// All methods: any thread; requests do not wait for each other.
class WebClient {
public:
    virtual ~WebClient() = default;
    // Whatever the status is. Unavailable: no such machine, no connection, a certificate that is
    // not trusted, no answer in time; Cancelled: given up; InvalidArgument: an address or header
    // that is none. Messages name the machine only: the rest of an address may be a secret.
    virtual Result<WebAnswer> send(const WebRequest& request, const GiveUp& give_up = {}) = 0;
};

std::unique_ptr<WebClient> make_web_client();

// The machine that an address leads to, "https://example.org:8443". InvalidArgument: not http or
// https, no machine, or a user or password in it.
Result<std::string> web_origin(std::string_view url);
// What stands between the machine and a "?" or "#": "/api/v1/lineage"; "/" when nothing does.
Result<std::string> web_path(std::string_view url);

}  // namespace tradewind::os
