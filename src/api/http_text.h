// HTTP/1.1 as text: the head of a response and the frames of a chunked body. No sockets here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "api/api.h"
#include "base/ids.h"

namespace tradewind::api {

enum class BodyFraming { Length, Chunked, UntilClose };

struct HeadOptions {
    bool keep_alive = true;
    bool http_1_0 = false;
    BodyFraming framing = BodyFraming::Length;
    std::string_view date = {};  // "Sun, 06 Nov 1994 08:49:37 GMT"
};

// Status line and header fields, with the blank line. Security fields stand on every response.
void append_head(std::string& out, const Response& response, const HeadOptions& options);
void append_chunk(std::string& out, std::string_view piece);
constexpr std::string_view last_chunk = "0\r\n\r\n";
constexpr std::string_view continue_head = "HTTP/1.1 100 Continue\r\n\r\n";

// Does the request line at the front end in a version of HTTP, whichever?
bool names_a_version(std::string_view request);

// RFC 9110's preferred form.
std::string http_date(Timestamp at);

}  // namespace tradewind::api
