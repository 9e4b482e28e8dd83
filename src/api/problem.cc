#include "api/problem.h"

#include "api/schema.h"

namespace tradewind::api {

namespace {

constexpr const char* retry_after_s = "1";

void write_errors(json::Writer& writer, const Problem& problem) {
    writer.key("error_count");
    writer.number(static_cast<std::int64_t>(problem.error_indexes.size()));
    writer.key("error_indexes");
    writer.begin_array();
    for (const std::int64_t index : problem.error_indexes) writer.number(index);
    writer.end_array();
    writer.key("errors");
    writer.begin_array();
    for (const BadRecord& bad : problem.errors) {
        writer.begin_object();
        writer.key("index");
        writer.number(bad.index);
        writer.key("type");
        writer.string(bad.type);
        writer.key("field");
        writer.string(bad.field);
        writer.key("reason");
        writer.string(bad.reason);
        writer.end_object();
    }
    writer.end_array();
}

}  // namespace

int status_of(ErrorCode code, const StatusExceptions& exceptions) {
    for (const auto& [exception, status] : exceptions) {
        if (exception == code) return status;
    }
    switch (code) {
        case ErrorCode::InvalidArgument:
            return 400;
        case ErrorCode::NotFound:
            return 404;
        case ErrorCode::AlreadyExists:
            return 409;
        case ErrorCode::Conflict:
            return 409;
        case ErrorCode::PermissionDenied:
            return 403;
        case ErrorCode::ResourceExhausted:
            return 429;
        case ErrorCode::DeadlineExceeded:
            return 408;
        case ErrorCode::Unavailable:
            return 503;
        case ErrorCode::Corruption:
            return 500;
        case ErrorCode::Io:
            return 500;
        case ErrorCode::Cancelled:
            return 503;  // nobody is left to read it
    }
    return 500;
}

const char* status_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 202:
            return "Accepted";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Unknown";
    }
}

Response to_response(const Problem& problem) {
    Response response;
    response.status = problem.status;
    response.content_type = "application/problem+json";
    json::Writer writer(response.body);
    writer.begin_object();
    writer.key("type");
    writer.string("urn:tradewind:problem:" + problem.type);
    writer.key("title");
    writer.string(status_phrase(problem.status));
    writer.key("status");
    writer.number(std::int64_t{problem.status});
    writer.key("detail");
    writer.string(problem.detail);
    if (!problem.hint.empty()) {
        writer.key("hint");
        writer.string(problem.hint);
    }
    if (!problem.errors.empty()) write_errors(writer, problem);
    writer.end_object();
    response.body += '\n';
    if (problem.status == 429 || problem.status == 503)
        response.headers.emplace("retry-after", retry_after_s);
    return response;
}

std::string detail_of(const Error& error) {
    std::string text = error.message();
    if (error.where()) {
        const SourceLocation& where = *error.where();
        const std::string line = where.line > 0 ? ":" + std::to_string(where.line) : "";
        text = where.file + line + ": " + text;
    }
    if (!error.detail().empty()) text += ". " + error.detail();
    return text;
}

Response problem(int status, const Error& error) {
    return to_response(
        {.status = status,
         .type = to_string(error.code()),
         .detail = detail_of(error),
         .hint = error.hint()}
    );
}

Response problem(const Error& error) {
    return problem(status_of(error.code()), error);
}

Response method_not_allowed(const std::string& method, const std::string& allowed) {
    Response response = to_response(
        {.status = 405,
         .type = "method_not_allowed",
         .detail = "there is no " + method + " here",
         .hint = "Allowed: " + allowed + "."}
    );
    response.headers.emplace("allow", allowed);
    return response;
}

json::Value problem_schema() {
    using namespace schema;
    return open_object(
        {{"type", text("A URN that names the kind of problem.")},
         {"title", text("The status in words.")},
         {"status", integer()},
         {"detail", text("What happened, and where.")},
         {"hint", text("What to do next."), true},
         {"error_count", integer("How many records are bad."), true},
         {"error_indexes",
          array(integer(), "The place of each bad record in the request, from 0."),
          true},
         {"errors",
          array(
              object(
                  {{"index", integer("The record's place in the request, from 0.")},
                   {"type", text("invalid_json, missing_field, wrong_type, …")},
                   {"field", text("The field's name; empty when it is about the whole record.")},
                   {"reason", text()}}
              ),
              "Why; of the first 100 of them."
          ),
          true}}
    );
}

}  // namespace tradewind::api
