// Answers that are JSON for programs and a page for people, as Accept asks.
#pragma once

#include <string>
#include <utility>

#include "api/accept.h"
#include "api/call.h"
#include "api/problem.h"
#include "api/schema.h"

namespace tradewind::api {

enum class PageChoice { Json, Html, Neither };

inline PageChoice choose_page(const Call& call) {
    const auto chosen = choose_media(call.header("accept"), {"application/json", "text/html"});
    if (!chosen) return PageChoice::Neither;
    return *chosen == 0 ? PageChoice::Json : PageChoice::Html;
}

inline Media page_media() {
    return {"text/html", schema::text("One file, nothing from elsewhere."), ""};
}

inline Response page_response(std::string page) {
    Response response;
    response.content_type = "text/html; charset=utf-8";
    response.headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'";
    response.body = std::move(page);
    return response;
}

inline Response page_problem() {
    return to_response(
        {.status = 406,
         .type = "not_acceptable",
         .detail = "none of the media types in Accept can be given",
         .hint = "Ask for application/json or text/html."}
    );
}

}  // namespace tradewind::api
