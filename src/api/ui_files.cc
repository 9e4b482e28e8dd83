#include "api/ui_files.h"

#include <string>

#include "base/text.h"

namespace tradewind::api {

namespace {

// Scripts, styles, fonts and data from here and from nowhere else; no script in the page itself.
// Charts place their tooltips by style attributes, and the editor of SQL writes its style sheet
// when it opens: styles in the page are let through.
constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

std::string_view header(const Request& request, const std::string& name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string_view() : found->second;
}

// A list of codings, some with ";q=0": those are not wanted.
bool takes(std::string_view accepted, std::string_view coding) {
    for (const std::string& item : split(accepted, ',')) {
        const std::size_t end = item.find(';');
        if (!equal_ignore_case(trim(std::string_view(item).substr(0, end)), coding)) continue;
        if (end == std::string::npos) return true;
        const std::string_view quality = trim(std::string_view(item).substr(end + 1));
        if (!quality.starts_with("q=")) return true;
        return parse_double(quality.substr(2)).value_or(0) > 0;
    }
    return false;
}

bool has_seen(std::string_view known, std::string_view etag) {
    if (trim(known) == "*") return true;
    for (const std::string& item : split(known, ',')) {
        std::string_view one = trim(item);
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == etag) return true;
    }
    return false;
}

void add_body(Response& response, const site::File& file, std::string_view accepted) {
    if (!file.brotli.empty() && takes(accepted, "br")) {
        response.body = file.brotli;
        response.headers.emplace("content-encoding", "br");
    } else if (!file.gzip.empty() && takes(accepted, "gzip")) {
        response.body = file.gzip;
        response.headers.emplace("content-encoding", "gzip");
    } else {
        response.body = file.plain;
    }
}

Response file_response(const site::File& file, const Request& request) {
    Response response;
    response.content_type = file.content_type;
    response.headers = {
        {"cache-control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"},
        {"content-security-policy", page_policy},
        {"etag", std::string(file.etag)},
        {"referrer-policy", "same-origin"},
        {"vary", "Accept-Encoding"},
    };
    if (has_seen(header(request, "if-none-match"), file.etag)) {
        response.status = 304;
        return response;
    }
    add_body(response, file, header(request, "accept-encoding"));
    return response;
}

// /runs/12 is a page; /assets/old.js is a file that is gone, and /v1/… is for programs. Programs
// that mistake an address hear so: only who asks for pages by name gets one.
bool is_page(std::string_view path, std::string_view accepted) {
    if (path == "/") return true;
    if (path == "/v1" || path.starts_with("/v1/") || path.starts_with("/assets/")) return false;
    return accepted.find("text/html") != std::string_view::npos;
}

}  // namespace

std::optional<Response> answer_with_ui(
    const site::Site& site, const Request& request, std::string_view path
) {
    if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
    if (const site::File* file = site.find(path)) return file_response(*file, request);
    if (!is_page(path, header(request, "accept"))) return std::nullopt;
    return file_response(site.entry(), request);
}

}  // namespace tradewind::api
