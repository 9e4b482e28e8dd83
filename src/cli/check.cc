// check: runs the checks of tables and says how they went.
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/page.h"

namespace tradewind::cli {

namespace {

constexpr std::size_t samples_shown = 3;

// A name with a dot is a table's, any other a package's.
json::Value check_order(const CheckOptions& options) {
    json::Value body = json::Value::object();
    if (options.target.empty()) return body;
    const bool table = options.target.find('.') != std::string::npos;
    body.set(table ? "table" : "package", options.target);
    return body;
}

std::string results_target(const CheckOptions& options) {
    if (options.target.empty()) return "/v1/checks";
    const bool table = options.target.find('.') != std::string::npos;
    return std::string("/v1/checks?") + (table ? "table=" : "package=") +
           url_encode(options.target);
}

std::string found_text(const json::Value& check) {
    std::string text = check.text_or("message", "");
    const json::Value* samples = check.find("samples");
    if (samples == nullptr || samples->items().empty()) return text;
    text += text.empty() ? "" : ", as ";
    for (std::size_t i = 0; i < std::min(samples->items().size(), samples_shown); ++i) {
        const std::string value = samples->items()[i].text_or("value", "");
        text += (i == 0 ? "" : ", ") + shortened(value, 48);
    }
    return text;
}

std::vector<std::string> row_of(const json::Value& report, const json::Value& check) {
    std::string state = check.text_or("state", "");
    if (state != "passed" && !check.boolean_or("blocking", true)) state += " (does not block)";
    return {
        report.text_or("table", ""),
        check.text_or("name", ""),
        state,
        format_count(check.integer_or("failing", 0)),
        format_count(check.integer_or("total", 0)),
        found_text(check)
    };
}

void print_results(const json::Value& answer) {
    std::vector<std::vector<std::string>> rows;
    const json::Value* reports = answer.find("reports");
    if (reports == nullptr) return;
    for (const json::Value& report : reports->items()) {
        const json::Value* checks = report.find("checks");
        if (checks == nullptr) continue;
        for (const json::Value& check : checks->items()) rows.push_back(row_of(report, check));
        const json::Value* quarantine = report.find("quarantine");
        if (quarantine != nullptr && !quarantine->is_null())
            note(
                "failing rows: SELECT * FROM " + quarantine->text() + " WHERE _run = '" +
                report.text_or("run", "") + "'"
            );
    }
    print(format_table({"table", "check", "state", "failing", "rows", "found"}, rows));
    note(
        format_count(answer.integer_or("passed", 0)) + " passed, " +
        format_count(answer.integer_or("failed", 0)) + " failed, " +
        format_count(answer.integer_or("errors", 0)) + " could not be answered"
    );
}

}  // namespace

Result<int> check(const Context& context, const CheckOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/checks";
    request.headers = {{"Content-Type", "application/json"}};
    const std::string body = check_order(options).dump();
    request.body = body;
    const json::Value answer = TRY(call_json(*connection, request));
    if (!options.html.empty()) TRY(save_page(*connection, results_target(options), options.html));
    if (context.json) {
        print_line(answer.dump());
    } else {
        print_results(answer);
    }
    return answer.boolean_or("blocked", false) ? exit_failed : exit_ok;
}

}  // namespace tradewind::cli
