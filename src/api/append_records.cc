// Records in: the way from a request's body to the stream, and from its answer to the client.
#include "api/operations.h"
#include "api/problem.h"
#include "api/replies.h"
#include "api/stream_access.h"
#include "base/text.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr const char* example_records =
    R"([{"InvoiceNo":"536365","StockCode":"85123A","Description":"WHITE HANGING HEART T-LIGHT HOLDER",)"
    R"("Quantity":6,"InvoiceDate":"2010-12-01 08:26:00","UnitPrice":2.55,"CustomerID":17850,"Country":"United Kingdom"}])";

Response refusal_response(const ingest::Refusal& refusal) {
    Problem problem{
        .status = status_of(refusal.error.code(), {{ErrorCode::Conflict, 422}}),
        .type = to_string(refusal.error.code()),
        .detail = refusal.error.message(),
        .hint = refusal.error.hint()
    };
    if (!refusal.error.detail().empty()) problem.detail += ". " + refusal.error.detail();
    if (refusal.too_large) {
        problem.status = 413;
        problem.type = "too_large";
    } else if (refusal.unsupported) {
        problem.status = 415;
        problem.type = "unsupported";
    } else if (!refusal.invalid.empty()) {
        problem.type = "invalid_records";
    }
    problem.error_indexes = refusal.invalid_indexes;
    for (const ingest::InvalidRecord& bad : refusal.invalid) {
        problem.errors.push_back(
            {bad.index, bad.rejection.type, bad.rejection.field, bad.rejection.reason}
        );
    }
    Response response = to_response(problem);
    if (refusal.unsupported) response.headers.emplace("accept-encoding", "gzip, zstd");
    return response;
}

// Empty: none was sent. Whoever sends one that says nothing means to be safe when he sends again,
// and would not be.
Result<std::string_view> idempotency_key(const Call& call) {
    const auto sent = call.request.headers.find("idempotency-key");
    if (sent == call.request.headers.end()) return std::string_view();
    const std::string_view key = trim(sent->second);
    if (!key.empty() && key != "\"\"" && valid_utf8(key)) return key;
    return Error(
               ErrorCode::InvalidArgument,
               valid_utf8(key) ? "the Idempotency-Key is empty"
                               : "the Idempotency-Key is not UTF-8 text"
    )
        .with_hint("Give each request a key of its own, or leave the header out.");
}

void append(ingest::Ingest& door, const std::shared_ptr<Call>& call) {
    const auto key = idempotency_key(*call);
    if (!key.ok()) return call->refuse(key.error());
    ingest::Post post;
    post.stream = call->arguments.text("stream");
    post.content_type = call->header("content-type");
    post.content_encoding = call->header("content-encoding");
    post.idempotency_key = *key;
    const bool keep = call->arguments.text("on_invalid") == "deadletter";
    post.on_invalid = keep ? ingest::OnInvalid::DeadLetter : ingest::OnInvalid::Refuse;
    post.body = std::move(call->request.body);
    door.post(std::move(post), [call](ingest::Answer answer) {
        if (const auto* refused = std::get_if<ingest::Refusal>(&answer)) {
            return call->answer(refusal_response(*refused));
        }
        call->answer(append_response(std::get<stream::AppendAnswer>(answer)));
    });
}

}  // namespace

Operation append_operation(const Services& services) {
    Operation operation;
    operation.id = "append_records";
    operation.method = "POST";
    operation.path = "/v1/streams/{stream}/records";
    operation.tag = "streams";
    operation.summary = "Append records: one object, an array, or one object a line.";
    operation.description =
        "The answer comes once the records are on the medium. All or nothing, unless "
        "on_invalid=deadletter keeps the good "
        "ones and puts the bad ones aside with their reason. With an Idempotency-Key the same "
        "request can be sent again "
        "safely: it is answered as the first time.";
    operation.scope = Scope::Write;
    operation.runs = Runs::WorkerWhenLarge;
    operation.parameters = {
        stream_parameter(),
        {.name = "on_invalid",
         .description = "What becomes of records that break the contract.",
         .example = "refuse",
         .choices = {"refuse", "deadletter"}},
        {.name = "Idempotency-Key",
         .in = In::Header,
         .description = "Names this request; the same key later repeats the answer. Not empty.",
         .example = ""},
        {.name = "Content-Encoding",
         .in = In::Header,
         .description = "How the body is compressed.",
         .example = "",
         .choices = {"identity", "gzip", "zstd"}},
    };
    const Value record =
        open_object({}, "A record; its fields are those of the stream's contract.");
    Value body = Value::object();
    Value& shapes = body.set("anyOf", Value::array());
    shapes.add(record);
    shapes.add(array(record));
    operation.body = RequestBody{
        true,
        {json_media(std::move(body), example_records),
         {"application/x-ndjson", text()},
         {"application/jsonl", text()},
         {"application/ndjson", text()}}
    };
    operation.answers = {json_answer("The records are durable.", append_schema())};
    operation.answers.front().headers = {
        {"Idempotent-Replayed",
         "true when this is the answer to an earlier request with the same key."}
    };
    operation.problems = {404, 422, 429};
    operation.handler = [&door = *services.ingest](const std::shared_ptr<Call>& call) {
        append(door, call);
    };
    return operation;
}

}  // namespace tradewind::api
