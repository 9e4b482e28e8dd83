#include "notify/address.h"

#include <algorithm>

#include "base/text.h"

namespace tradewind::notify {

namespace {

// RFC 5321's limits, and of what RFC 5322 allows the characters that every server takes.
constexpr std::size_t local_bytes_max = 64;
constexpr std::size_t domain_bytes_max = 255;
constexpr std::size_t name_bytes_max = 128;
constexpr std::string_view local_signs = "!#$%&'*+-/=?^_`{|}~.";

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_dotted(std::string_view text, std::string_view signs) {
    const auto parts = split(text, '.');
    return std::ranges::all_of(parts, [&](const std::string& part) {
        return !part.empty() && std::ranges::all_of(part, [&](char c) {
            return is_letter_or_digit(c) || signs.find(c) != std::string_view::npos;
        });
    });
}

bool is_mail(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > local_bytes_max) return false;
    const std::string_view domain = text.substr(at + 1);
    return !domain.empty() && domain.size() <= domain_bytes_max &&
           is_dotted(text.substr(0, at), local_signs) && is_dotted(domain, "-") &&
           domain.front() != '-';
}

bool is_name(std::string_view text) {
    return text.size() <= name_bytes_max && valid_utf8(text) &&
           std::ranges::all_of(text, [](char c) {
               return static_cast<unsigned char>(c) >= ' ' && c != 127 && c != '<' && c != '>';
           });
}

Error no_address(std::string_view text) {
    return Error(ErrorCode::InvalidArgument, "not a mail address: '" + std::string(text) + "'")
        .with_hint("Write it like ops@example.org, or Operations <ops@example.org>.");
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
    const std::string_view whole = trim(text);
    const std::size_t bracket = whole.find('<');
    if (bracket == std::string_view::npos) {
        if (!is_mail(whole)) return no_address(text);
        return Address{{}, std::string(whole)};
    }
    std::string_view name = trim(whole.substr(0, bracket));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"')
        name = name.substr(1, name.size() - 2);
    std::string_view mail = whole.substr(bracket + 1);
    if (!mail.ends_with('>') || !is_name(name)) return no_address(text);
    mail.remove_suffix(1);
    if (!is_mail(mail)) return no_address(text);
    return Address{std::string(name), std::string(mail)};
}

std::string domain_of(const Address& address) {
    return address.mail.substr(address.mail.rfind('@') + 1);
}

Result<ServerAddress> parse_server(std::string_view text) {
    const Error wrong =
        Error(ErrorCode::InvalidArgument, "not a mail server: '" + std::string(text) + "'")
            .with_hint("Write host and port, like mail.example.org:587.");
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return wrong;
    std::string_view host = text.substr(0, colon);
    const auto port = parse_integer(text.substr(colon + 1));
    const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
    const std::string_view inner = bracketed ? host.substr(1, host.size() - 2) : host;
    const bool named =
        bracketed ? std::ranges::all_of(
                        inner, [](char c) { return is_letter_or_digit(c) || c == ':' || c == '.'; }
                    )
                  : is_dotted(inner, "-_");
    if (!named || !port || *port < 1 || *port > 65'535) return wrong;
    return ServerAddress{std::string(host), static_cast<int>(*port)};
}

bool is_loopback(const ServerAddress& server) {
    return server.host == "localhost" || server.host == "[::1]" || server.host.starts_with("127.");
}

}  // namespace tradewind::notify
