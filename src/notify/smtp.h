// Mail servers over SMTP, by libcurl.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "notify/notify.h"
#include "os/web_client.h"

namespace tradewind::notify {

// One mail to one receiver.
struct Envelope {
    std::string from;
    std::string to;
    std::string text;      // as format_mail made it
    std::string password;  // for MailOptions::user
    std::int64_t timeout_us = 30'000'000;
};

// InvalidArgument: the server refused this mail for good (5xx); Unavailable: it may take it later
// (4xx, no connection, no answer in time, no encryption, a log-in that failed); Cancelled: given
// up. Messages name the server and what it said, never the password. Any thread.
Result<void> send_mail(
    const MailOptions& options, const Envelope& envelope, const os::GiveUp& give_up
);

}  // namespace tradewind::notify
