// notices, notify: who was told of what, and whether it reaches them.
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"

namespace tradewind::cli {

namespace {

// A delivery gets two attempts' time; what is not known by then is in the list later.
constexpr const char* wait_query = "?wait_ms=60000";

const std::vector<json::Value>& deliveries_of(const json::Value& notice) {
    static const std::vector<json::Value> none;
    const json::Value* deliveries = notice.find("deliveries");
    return deliveries ? deliveries->items() : none;
}

std::vector<std::string> delivery_cells(const json::Value& delivery) {
    return {
        delivery.text_or("channel", "") + " " + delivery.text_or("receiver", ""),
        delivery.text_or("state", ""),
        std::to_string(delivery.integer_or("attempts", 0)),
        delivery.text_or("error", "")
    };
}

void add_rows(const json::Value& notice, std::vector<std::vector<std::string>>& rows) {
    const std::vector<std::string> about{
        std::to_string(notice.integer_or("id", 0)),
        notice.text_or("at", ""),
        notice.text_or("package", ""),
        notice.text_or("kind", ""),
        notice.text_or("title", "")
    };
    const auto add = [&](const std::vector<std::string>& cells) {
        rows.push_back(about);
        rows.back().insert(rows.back().end(), cells.begin(), cells.end());
    };
    if (deliveries_of(notice).empty()) add({"nobody", "", "", ""});
    for (const json::Value& delivery : deliveries_of(notice)) add(delivery_cells(delivery));
}

}  // namespace

Result<int> list_notices(const Context& context, const NoticesOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = "/v1/notices?limit=" + std::to_string(options.limit);
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    const json::Value* list = answer.find("notices");
    for (const json::Value& notice : list ? list->items() : std::vector<json::Value>{})
        add_rows(notice, rows);
    print(format_table(
        {"notice", "at", "package", "kind", "title", "to", "state", "tries", "error"}, rows
    ));
    return exit_ok;
}

Result<int> test_notices(const Context& context, const NoticesOptions& options) {
    const auto connection = TRY(context.connect());
    json::Value body = json::Value::object();
    body.set("package", options.package);
    const std::string text = body.dump();
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/notices/test";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = text;
    const json::Value told = TRY(call_json(*connection, request));
    HttpRequest wait;
    wait.target = "/v1/notices/" + std::to_string(told.integer_or("id", 0)) + wait_query;
    const json::Value notice = TRY(call_json(*connection, wait));
    bool reached = true;
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& delivery : deliveries_of(notice)) {
        reached = reached && delivery.text_or("state", "") == "delivered";
        rows.push_back(delivery_cells(delivery));
    }
    if (context.json) {
        print_line(notice.dump());
    } else {
        print(format_table({"to", "state", "tries", "error"}, rows));
    }
    return reached ? exit_ok : exit_failed;
}

}  // namespace tradewind::cli
