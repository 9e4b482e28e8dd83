#include "api/http_text.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "api/problem.h"
#include "base/time.h"

namespace tradewind::api {

namespace {

constexpr std::string_view no_sniffing = "X-Content-Type-Options: nosniff\r\n";
// No script, no frame, no form: what an API answers is data, whoever opens it in a browser. Pages
// bring a policy of their own.
constexpr std::string_view data_policy =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

void append_number(std::string& out, std::size_t number, int base = 10) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
    out.append(digits.data(), end.ptr);
}

// A value that we did not make ourselves must not be able to start a line of its own.
void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    for (const char c : value) out += c == '\r' || c == '\n' ? ' ' : c;
    out += "\r\n";
}

void append_framing(std::string& out, const Response& response, BodyFraming framing) {
    if (framing == BodyFraming::Chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    } else if (framing == BodyFraming::Length && response.status != 304) {
        out += "Content-Length: ";
        append_number(out, response.body.size());
        out += "\r\n";
    }
}

}  // namespace

void append_head(std::string& out, const Response& response, const HeadOptions& options) {
    if (response.status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
    } else {
        out += "HTTP/1.1 ";
        append_number(out, static_cast<std::size_t>(response.status));
        out += ' ';
        out += status_phrase(response.status);
        out += "\r\n";
    }
    out += "Date: ";
    out += options.date;
    out += "\r\nContent-Type: ";
    out += response.content_type;
    out += "\r\n";
    append_framing(out, response, options.framing);
    out += no_sniffing;
    if (!response.headers.contains("content-security-policy")) out += data_policy;
    if (!options.keep_alive) {
        out += "Connection: close\r\n";
    } else if (options.http_1_0) {
        out += "Connection: keep-alive\r\n";
    }
    for (const auto& [name, value] : response.headers) append_field(out, name, value);
    out += "\r\n";
}

void append_chunk(std::string& out, std::string_view piece) {
    append_number(out, piece.size(), 16);
    out += "\r\n";
    out += piece;
    out += "\r\n";
}

bool names_a_version(std::string_view request) {
    const std::string_view line = request.substr(0, request.find("\r\n"));
    const std::size_t space = line.rfind(' ');
    if (space == std::string_view::npos) return false;
    const std::string_view word = line.substr(space + 1);
    const auto digit = [&](std::size_t at) { return word[at] >= '0' && word[at] <= '9'; };
    return word.size() == 8 && word.starts_with("HTTP/") && digit(5) && word[6] == '.' && digit(7);
}

std::string http_date(Timestamp at) {
    static constexpr std::array<const char*, 7> days = {
        "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"
    };
    static constexpr std::array<const char*, 12> months = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };
    const CivilTime civil = to_civil(at);
    const auto day = static_cast<std::size_t>(((to_days(at) % 7) + 7) % 7);
    std::array<char, 64> text;
    const int size = std::snprintf(
        text.data(),
        text.size(),
        "%s, %02d %s %04d %02d:%02d:%02d GMT",
        days[day],
        civil.day,
        months[static_cast<std::size_t>(civil.month - 1)],
        civil.year,
        civil.hour,
        civil.minute,
        civil.second
    );
    return std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace tradewind::api
