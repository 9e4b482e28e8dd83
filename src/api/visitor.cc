#include "api/visitor.h"

#include <string_view>

#include "base/text.h"

namespace tradewind::api {

namespace {

std::string_view header(const Request& request, const std::string& name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string_view() : found->second;
}

// A page of another site may send a form to a server on this machine, without asking. What browsers
// add to such a request (Origin) tells it from our own pages; other clients send no Origin.
bool from_another_site(const Request& request) {
    if (request.method == "GET" || request.method == "HEAD") return false;
    const std::string_view origin = header(request, "origin");
    if (origin.empty()) return false;
    const std::size_t scheme = origin.find("://");
    return scheme == std::string_view::npos || origin.substr(scheme + 3) != header(request, "host");
}

bool names_this_machine(std::string_view host) {
    if (host.empty()) return true;  // HTTP/1.0
    if (host.starts_with("[::1]")) return true;
    const std::string_view name = host.substr(0, host.find(':'));
    const bool number = name.find_first_not_of("0123456789.") == std::string_view::npos;
    return equal_ignore_case(name, "localhost") || (number && name.starts_with("127."));
}

}  // namespace

Result<void> check_visitor(const Request& request) {
    if (!request.from_owner && !names_this_machine(header(request, "host"))) {
        return Error(
                   ErrorCode::PermissionDenied,
                   "this server answers only to localhost, not to " +
                       std::string(header(request, "host"))
        )
            .with_hint("Ask it at 127.0.0.1 or localhost.");
    }
    if (from_another_site(request)) {
        return Error(ErrorCode::PermissionDenied, "a page of another site sent this request")
            .with_hint("Requests from a browser must come from this server's own pages.");
    }
    return {};
}

}  // namespace tradewind::api
