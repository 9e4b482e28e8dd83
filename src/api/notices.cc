// Notices: who was told of what, and whether it reached them.
#include <utility>

#include "api/operations.h"
#include "api/parameters.h"
#include "api/replies.h"
#include "notify/notify.h"

namespace tradewind::api {

namespace {

using namespace schema;

constexpr std::int64_t notices_default = 20;
constexpr std::int64_t notices_max = 1000;

Value delivery_schema() {
    return object(
        {{"channel", one_of({"mail", "webhook"})},
         {"receiver", text("An address, or the machine that a web address leads to.")},
         {"state", one_of({"waiting", "delivered", "given_up"})},
         {"attempts", integer()},
         {"error", text("Of the last attempt.")},
         {"next_at", time_schema()},
         {"settled_at", time_schema()}}
    );
}

Value notice_schema() {
    return object(
        {{"id", integer()},
         {"kind",
          text("failure, missing_files, failed_checks, recovery, success, question or test.")},
         {"package", text()},
         {"subject", text("The schedule, sensor, asset or table it is about.")},
         {"title", text()},
         {"text", text()},
         {"facts", open_object({}, "Texts by name, as templates know them.")},
         {"at", time_schema()},
         {"deliveries", array(delivery_schema(), "None: nobody asked to be told.")}}
    );
}

Operation notice_operation(
    std::string id, std::string method, std::string path, std::string summary
) {
    Operation operation;
    operation.id = std::move(id);
    operation.method = std::move(method);
    operation.path = std::move(path);
    operation.tag = "notices";
    operation.summary = std::move(summary);
    return operation;
}

Response notice_response(const notify::NoticeRecord& notice, int status = 200) {
    return json_response(notify::to_json(notice).dump(), status);
}

Operation list_operation(const Services& services) {
    Operation operation =
        notice_operation("list_notices", "GET", "/v1/notices", "Notices, newest first.");
    operation.parameters = {
        {.name = "limit",
         .type = ValueType::Integer,
         .description = "At most so many; default 20.",
         .example = "10",
         .min = 1,
         .max = notices_max}
    };
    operation.answers = {json_answer("The notices.", object({{"notices", array(notice_schema())}}))
    };
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        json::Value body = json::Value::object();
        json::Value& list = body.set("notices", json::Value::array());
        const std::int64_t limit = call.arguments.integer_or("limit", notices_default);
        for (const notify::NoticeRecord& notice : TRY(services.notifier->list(limit)))
            list.add(notify::to_json(notice));
        return json_response(body.dump());
    });
    return operation;
}

Operation show_operation(const Services& services) {
    Operation operation = notice_operation(
        "show_notice", "GET", "/v1/notices/{id}", "One notice, and whom it reached."
    );
    operation.parameters = {id_parameter("The notice.")};
    let_wait(operation, "Answer when it was tried for every receiver, or after so long.");
    operation.answers = {json_answer("The notice.", notice_schema())};
    operation.problems = {404};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const std::int64_t id = call.arguments.integer_or("id", 0);
        return notice_response(TRY(services.notifier->wait(id, wait_us_of(call))));
    });
    return operation;
}

Operation test_operation(const Services& services) {
    Operation operation = notice_operation(
        "test_notices",
        "POST",
        "/v1/notices/test",
        "Send a test to everybody whom a package's notifications name."
    );
    operation.scope = Scope::Write;
    operation.body = RequestBody{
        true, {json_media(object({{"package", text()}}), R"({"package": "online_retail"})")}
    };
    operation.answers = {json_answer("It is kept, and on its way.", notice_schema(), 202)};
    operation.problems = {404, 429};
    operation.handler = answering([&services](Call& call) -> Result<Response> {
        const json::Value body = TRY(read_json_body(call, {"package"}, false));
        const std::string package = TRY(text_member(body, "package"));
        if (package.empty())
            return Error(ErrorCode::InvalidArgument, "package must name a package");
        return notice_response(TRY(services.notifier->tell_test(package)), 202);
    });
    return operation;
}

}  // namespace

std::vector<Operation> notice_operations(const Services& services) {
    if (services.notifier == nullptr) return {};
    return {list_operation(services), show_operation(services), test_operation(services)};
}

}  // namespace tradewind::api
