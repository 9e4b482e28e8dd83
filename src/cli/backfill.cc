// backfill, backfills: a span of time made anew, interval by interval.
#include <unistd.h>

#include <cstdlib>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/params.h"
#include "cli/run_display.h"

namespace tradewind::cli {

namespace {

constexpr std::int64_t ms_us = 1000;

std::string path_of(std::int64_t id) {
    return "/v1/backfills/" + std::to_string(id);
}

bool is_over(const json::Value& backfill) {
    const std::string state = backfill.text_or("state", "");
    return state != "waiting" && state != "running";
}

std::string left_of(const json::Value& backfill) {
    const std::int64_t left_ms = backfill.integer_or("left_ms", -1);
    return left_ms > 0 ? ", ~" + format_duration_us(left_ms * ms_us) + " left" : "";
}

// A line for each interval as it ends; on a terminal the one under way stands below.
class BackfillDisplay {
public:
    explicit BackfillDisplay(Connection& connection)
        : connection_(connection),
          terminal_(isatty(STDERR_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr) {}

    Result<void> show(const json::Value& backfill) {
        wipe();
        if (backfill.integer_or("done", 0) > told_ || is_over(backfill)) TRY(tell(backfill));
        const json::Value* current = backfill.find("current");
        if (!terminal_ || is_over(backfill) || current == nullptr || current->is_null()) return {};
        note("  " + current->text_or("from", "") + ": " + current->text_or("state", ""));
        drawn_ = true;
        return {};
    }

    // What was done before is not told again.
    void skip(std::int64_t done) { told_ = done; }

private:
    Result<void> tell(const json::Value& backfill) {
        HttpRequest request;
        request.target = path_of(backfill.integer_or("id", 0)) +
                         "/intervals?after=" + std::to_string(told_) + "&limit=1000";
        const json::Value answer = TRY(call_json(connection_, request));
        const json::Value* list = answer.find("intervals");
        for (const json::Value& one : list ? list->items() : std::vector<json::Value>{}) {
            const std::string state = one.text_or("state", "");
            if (state == "waiting" || state == "running") break;
            tell_one(one, backfill);
            if (state != "succeeded") break;
            ++told_;
        }
        return {};
    }

    static void tell_one(const json::Value& interval, const json::Value& backfill) {
        std::string text = "[" + std::to_string(interval.integer_or("place", 0)) + "/" +
                           std::to_string(backfill.integer_or("total", 0)) + "] " +
                           interval.text_or("from", "") + ": " + interval.text_or("state", "");
        if (const std::int64_t run = interval.integer_or("run", 0); run != 0)
            text += ", run " + std::to_string(run);
        text +=
            ", " + format_count(interval.integer_or("rows", 0)) + " rows, " + duration_of(interval);
        note(text + (is_over(backfill) ? "" : left_of(backfill)));
    }

    void wipe() {
        if (!std::exchange(drawn_, false)) return;
        constexpr std::string_view up_and_clear = "\x1b[1A\x1b[2K";
        [[maybe_unused]] const auto written =
            ::write(STDERR_FILENO, up_and_clear.data(), up_and_clear.size());
    }

    Connection& connection_;
    const bool terminal_;
    std::int64_t told_ = 0;
    bool drawn_ = false;
};

Result<json::Value> change(Connection& connection, std::int64_t id, const std::string& verb) {
    HttpRequest request;
    request.method = "POST";
    request.target = path_of(id) + "/" + verb;
    request.despite_cancel = true;
    return call_json(connection, request);
}

// Ctrl-C cancels it; what is done stays.
Result<json::Value> follow(Connection& connection, const Context& context, json::Value backfill) {
    const std::int64_t id = backfill.integer_or("id", 0);
    BackfillDisplay display(connection);
    display.skip(backfill.integer_or("done", 0));
    const std::string target = path_of(id) + "?wait_ms=300";
    bool asked = false;
    while (true) {
        TRY(display.show(backfill));
        if (is_over(backfill)) return backfill;
        if (context.cancelled.load() && !std::exchange(asked, true))
            TRY(change(connection, id, "cancel"));
        if (auto now = TRY(look_at(connection, target, asked))) backfill = *std::move(now);
    }
}

// The number as given, or that of the newest (of that package).
Result<std::int64_t> backfill_of(Connection& connection, const std::string& target) {
    if (const auto number = parse_integer(target)) return *number;
    HttpRequest request;
    request.target = "/v1/backfills?limit=1000";
    const json::Value answer = TRY(call_json(connection, request));
    const json::Value* list = answer.find("backfills");
    for (const json::Value& one : list ? list->items() : std::vector<json::Value>{}) {
        if (target.empty() || one.text_or("package", "") == target) return one.integer_or("id", 0);
    }
    return Error(ErrorCode::NotFound, "there is no such backfill")
        .with_hint("See them with: tradewind backfills");
}

Result<json::Value> begin(Connection& connection, const BackfillOptions& options) {
    const std::size_t colon = options.target.find(':');
    json::Value body = json::Value::object();
    if (colon != std::string::npos)
        body.set("assets", json::Value::array())
            .add(json::Value::string(options.target.substr(colon + 1)));
    body.set("from", options.from);
    body.set("to", options.to);
    body.set("every", options.every);
    if (options.force) body.set("force", true);
    if (!options.params.empty()) body.set("params", TRY(params_json(options.params)));
    const std::string text = body.dump();
    HttpRequest request;
    request.method = "POST";
    request.target = "/v1/packages/" + url_encode(options.target.substr(0, colon)) + "/backfills";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = text;
    return call_json(connection, request);
}

void print_outcome(const json::Value& backfill) {
    const std::string id = std::to_string(backfill.integer_or("id", 0));
    const std::string state = backfill.text_or("state", "");
    const std::string message = backfill.text_or("message", "");
    if (state == "failed" && !message.empty()) print_line(message);
    print_line(
        "backfill " + id + " " + state + ": " + format_count(backfill.integer_or("done", 0)) +
        " of " + format_count(backfill.integer_or("total", 0)) + " intervals, " +
        format_count(backfill.integer_or("rows", 0)) + " rows, in " + duration_of(backfill)
    );
    if (state != "succeeded") note("Go on with it: tradewind backfill --resume " + id);
}

Result<int> print_cancelled(
    const Context& context, Connection& connection, const std::string& target
) {
    const json::Value backfill =
        TRY(change(connection, TRY(backfill_of(connection, target)), "cancel"));
    print_line(
        context.json ? backfill.dump()
                     : "backfill " + std::to_string(backfill.integer_or("id", 0)) + " is cancelled"
    );
    return exit_ok;
}

}  // namespace

Result<int> backfill(const Context& context, const BackfillOptions& options) {
    const bool begins = !options.resume && !options.cancel;
    if (begins && (options.target.empty() || options.from.empty() || options.to.empty())) {
        note("what, and from when to when? tradewind backfill PACKAGE --from DATE --to DATE");
        return exit_usage;
    }
    const auto connection = TRY(context.connect());
    if (options.cancel) return print_cancelled(context, *connection, options.target);
    const json::Value begun = begins ? TRY(begin(*connection, options))
               : TRY(change(*connection, TRY(backfill_of(*connection, options.target)), "resume"));
               const json::Value over = TRY(follow(*connection, context, begun));
               if (context.json) {
                   print_line(over.dump());
               } else {
                   print_outcome(over);
               }
               return over.text_or("state", "") == "succeeded" ? exit_ok : exit_failed;
}

Result<int> list_backfills(const Context& context, const ListRunsOptions& options) {
    const auto connection = TRY(context.connect());
    HttpRequest request;
    request.target = "/v1/backfills?limit=" + std::to_string(options.limit);
    const json::Value answer = TRY(call_json(*connection, request));
    if (context.json) {
        print_line(answer.dump());
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    const json::Value* list = answer.find("backfills");
    for (const json::Value& one : list ? list->items() : std::vector<json::Value>{}) {
        rows.push_back(
            {std::to_string(one.integer_or("id", 0)),
             one.text_or("package", ""),
             one.text_or("from", ""),
             one.text_or("to", ""),
             one.text_or("every", ""),
             one.text_or("state", ""),
             std::to_string(one.integer_or("done", 0)) + "/" +
                 std::to_string(one.integer_or("total", 0)),
             format_count(one.integer_or("rows", 0)),
             one.text_or("message", "")}
        );
    }
    print(format_table(
        {"backfill", "package", "from", "to", "every", "state", "done", "rows", "message"}, rows
    ));
    return exit_ok;
}

}  // namespace tradewind::cli
