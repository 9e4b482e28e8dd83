// A mail's text as it goes over the wire (RFC 5322, 2045, 2047): ASCII, lines that end in CR LF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "notify/address.h"

namespace tradewind::notify {

// Any text as the value of a header: one line, no control characters, what is not ASCII encoded.
std::string header_text(std::string_view text);
std::string quoted_printable(std::string_view text);
std::string base64_lines(std::string_view bytes);

struct Attachment {
    std::string name;  // as the reader sees it
    std::string bytes;
};

// All that makes a mail; the same Mail gives the same bytes.
struct Mail {
    Address from;
    std::vector<Address> to;
    std::string subject;
    std::string text;
    std::vector<Attachment> attachments;
    std::string message_id;  // without <>
    Timestamp at;
    std::vector<std::pair<std::string, std::string>> headers;  // further ones
};
std::string format_mail(const Mail& mail);

}  // namespace tradewind::notify
