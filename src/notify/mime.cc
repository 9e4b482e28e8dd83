#include "notify/mime.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.h"
#include "base/time.h"

namespace tradewind::notify {

namespace {

constexpr std::size_t line_bytes_max = 76;
constexpr std::size_t header_bytes_max = 400;
// Of what an encoded word holds: "=?UTF-8?B?" and "?=" around its base64 make 75 at most.
constexpr std::size_t word_bytes_max = 45;

bool is_plain(std::string_view text) {
    return text.find("=?") == std::string_view::npos &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 127; });
}

// As much of the front as fits without cutting a character in two.
std::size_t whole_characters(std::string_view text, std::size_t bytes_max) {
    std::size_t bytes = 0;
    while (bytes < text.size()) {
        const std::size_t one = std::max<std::size_t>(utf8_sequence(text.substr(bytes)), 1);
        if (bytes + one > bytes_max) break;
        bytes += one;
    }
    return bytes;
}

std::string one_line(std::string_view text) {
    std::string line(text.substr(0, whole_characters(text, header_bytes_max)));
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < ' ' || c == 127) c = ' ';
    }
    return line;
}

std::string phrase(const std::string& name) {
    if (!is_plain(name)) return header_text(name);
    std::string quoted = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "\"";
}

std::string format_address(const Address& address) {
    return address.name.empty() ? address.mail : phrase(address.name) + " <" + address.mail + ">";
}

// "Sun, 22 Nov 2026 01:02:03 +0000"
std::string format_mail_date(Timestamp at) {
    constexpr std::array days{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    constexpr std::array months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };
    const CivilTime civil = to_civil(at);
    const auto day = static_cast<std::size_t>((to_days(at) % 7 + 7) % 7);
    std::array<char, 64> text{};
    std::snprintf(
        text.data(),
        text.size(),
        "%s, %d %s %04d %02d:%02d:%02d +0000",
        days[day],
        civil.day,
        months[static_cast<std::size_t>(civil.month - 1)],
        civil.year,
        civil.hour,
        civil.minute,
        civil.second
    );
    return text.data();
}

std::string_view media_type(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> types{
        {{".csv", "text/csv; charset=utf-8"},
         {".json", "application/json"},
         {".html", "text/html; charset=utf-8"},
         {".txt", "text/plain; charset=utf-8"},
         {".gz", "application/gzip"},
         {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}}
    };
    for (const auto& [ending, type] : types) {
        if (name.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

// RFC 2231: any name, as ASCII without quotes.
std::string disposition(const std::string& name) {
    return "Content-Disposition: attachment; filename*=UTF-8''" + url_encode(name) + "\r\n";
}

std::string text_part(const std::string& text) {
    return "Content-Type: text/plain; charset=utf-8\r\n"
           "Content-Transfer-Encoding: quoted-printable\r\n\r\n" +
           quoted_printable(text);
}

std::string attachment_part(const Attachment& attachment) {
    return "Content-Type: " + std::string(media_type(attachment.name)) + "\r\n" +
           disposition(attachment.name) + "Content-Transfer-Encoding: base64\r\n\r\n" +
           base64_lines(attachment.bytes);
}

std::string head(const Mail& mail) {
    std::string text = "From: " + format_address(mail.from) + "\r\nTo: ";
    for (std::size_t i = 0; i < mail.to.size(); ++i)
        text += (i == 0 ? "" : ",\r\n ") + format_address(mail.to[i]);
    text += "\r\nSubject: " + header_text(mail.subject) + "\r\nDate: " + format_mail_date(mail.at) +
            "\r\nMessage-ID: <" + mail.message_id +
            ">\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n";
    for (const auto& [name, value] : mail.headers)
        text += name + ": " + header_text(value) + "\r\n";
    return text;
}

}  // namespace

std::string header_text(std::string_view text) {
    const std::string line = one_line(text);
    if (is_plain(line)) return line;
    std::string words;
    for (std::string_view rest = line; !rest.empty();) {
        const std::size_t bytes = whole_characters(rest, word_bytes_max);
        words += (words.empty() ? "" : "\r\n ") + std::string("=?UTF-8?B?") +
                 base64_encode(rest.substr(0, bytes)) + "?=";
        rest.remove_prefix(bytes);
    }
    return words;
}

std::string quoted_printable(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == '\n') {
            out += "\r\n";
            width = 0;
            continue;
        }
        const bool at_line_end = i + 1 == text.size() || text[i + 1] == '\n';
        const bool blank = byte == ' ' || byte == '\t';
        const bool literal = blank ? !at_line_end : byte > ' ' && byte < 127 && byte != '=';
        const std::size_t size = literal ? 1 : 3;
        // One column stays free for the "=" of a soft line break.
        if (width + size >= line_bytes_max) {
            out += "=\r\n";
            width = 0;
        }
        if (literal) {
            out += static_cast<char>(byte);
        } else {
            out += {'=', hex[byte >> 4], hex[byte & 15]};
        }
        width += size;
    }
    if (!out.ends_with("\r\n")) out += "\r\n";
    return out;
}

std::string base64_lines(std::string_view bytes) {
    constexpr std::size_t line_input_bytes = line_bytes_max / 4 * 3;
    std::string out;
    out.reserve(bytes.size() / 3 * 4 + bytes.size() / line_input_bytes * 2 + 8);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(line_input_bytes, bytes.size())))
        out += base64_encode(bytes.substr(0, line_input_bytes)) + "\r\n";
    return out;
}

std::string format_mail(const Mail& mail) {
    if (mail.attachments.empty()) return head(mail) + text_part(mail.text);
    // Neither encoding ever makes "=_", so that no part can end the whole.
    const std::string boundary = "=_tradewind_part";
    std::string text =
        head(mail) + "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n";
    text += "--" + boundary + "\r\n" + text_part(mail.text);
    for (const Attachment& attachment : mail.attachments)
        text += "--" + boundary + "\r\n" + attachment_part(attachment);
    return text + "--" + boundary + "--\r\n";
}

}  // namespace tradewind::notify
