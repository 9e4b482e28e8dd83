// Mail addresses, as far as a platform's own mail needs them: no comments, no quoted names before
// the @, ASCII only.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace tradewind::notify {

struct Address {
    std::string name;  // for people; may be empty
    std::string mail;  // local@domain
};

// "ops@example.org" or "Shop Operations <ops@example.org>". InvalidArgument otherwise: what is
// accepted can stand in a mail's head and in a command to a mail server as it is.
Result<Address> parse_address(std::string_view text);
std::string domain_of(const Address& address);

struct ServerAddress {
    std::string host;
    int port = 0;
};
// "mail.example.org:587", "[::1]:25".
Result<ServerAddress> parse_server(std::string_view text);
bool is_loopback(const ServerAddress& server);

}  // namespace tradewind::notify
