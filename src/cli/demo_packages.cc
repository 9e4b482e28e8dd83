#include "cli/demo_packages.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <thread>
#include <vector>

#include "base/text.h"
#include "cli/output.h"
#include "cli/own_folder.h"
#include "cli/run_display.h"
#include "cli/simulated_night.h"
#include "cli/stopwatch.h"
#include "generate/generate.h"
#include "os/filesystem.h"

namespace tradewind::cli {

namespace {

// Of the full size: 2,062 users with 340,000 lines, 5 stores with 200 products for the demo's own
// scale of a tenth.
constexpr double share_of_scale = 0.1;
constexpr const char* dump_date = "2025-07-01";

// Into the package's folder in landing; the rows of all files.
Result<std::vector<generate::GeneratedFile>> make_files(
    const DemoStage& stage, const std::string& package
) {
    const auto files = os::make_posix_filesystem();
    generate::GenerateRequest request;
    request.kind = package;
    request.folder = os::join(os::join(stage.workspace, "landing"), package);
    request.scale = stage.scale * share_of_scale;
    request.date = package == "store_week" ? dump_date : "";
    return generate::generate(request, *files, [](double) {});
}

std::int64_t rows_of(const std::vector<generate::GeneratedFile>& files) {
    std::int64_t rows = 0;
    for (const generate::GeneratedFile& file : files) rows += file.row_count;
    return rows;
}

Result<void> import_files(
    const DemoStage& stage,
    const std::string& package,
    const std::vector<generate::GeneratedFile>& files
) {
    json::Value body = json::Value::object();
    body.set("package", package);
    json::Value& paths = body.set("paths", json::Value::array());
    for (const generate::GeneratedFile& file : files)
        paths.add(json::Value::string(package + "/" + os::base_name(file.path)));
    const json::Value answer = TRY(stage.post("/v1/imports", body));
    for (json::Value import : answer.find("imports")->items()) {
        while (under_way(import) && !stage.stopped()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            import = TRY(stage.get("/v1/imports/" + std::to_string(import.integer_or("id", 0))));
        }
        // The landing watch may have been quicker: then the file is there, and is skipped.
        const std::string state = import.text_or("state", "");
        if (state == "succeeded" || state == "skipped") continue;
        return Error(
            ErrorCode::Unavailable,
            import.text_or("identity", "") + " is " + state + ": " + import.text_or("message", "")
        );
    }
    return {};
}

Result<std::string> ask_one(const DemoStage& stage, const std::string& sql) {
    json::Value body = json::Value::object();
    body.set("sql", sql);
    const json::Value answer = TRY(stage.post("/v1/query", body));
    const json::Value* rows = answer.find("rows");
    if (rows == nullptr || rows->items().empty()) return std::string("nothing");
    std::string text;
    for (const json::Value& cell : rows->items().front().items())
        text += (text.empty() ? "" : " ") + cell_text(cell);
    return text;
}

Result<std::int64_t> ask_number(const DemoStage& stage, const std::string& sql) {
    return parse_integer(TRY(ask_one(stage, sql))).value_or(0);
}

// An order of a user who has ordered before, with two products that he or she bought then.
Result<void> send_order(const DemoStage& stage, std::int64_t order_id) {
    json::Value order = json::Value::object();
    order.set("order_id", order_id);
    order.set("user_id", std::int64_t{1});
    order.set("order_time", "2026-11-20T09:30:00");
    json::Value& items = order.set("items", json::Value::array());
    for (const std::int64_t product : {196, 25133}) {
        json::Value item = json::Value::object();
        item.set("product_id", product);
        items.add(std::move(item));
    }
    TRY(stage.post("/v1/streams/basket_orders/records", order));
    return {};
}

}  // namespace

Result<json::Value> run_to_end(
    const DemoStage& stage, const std::string& package, const json::Value& body
) {
    json::Value run = TRY(stage.post("/v1/packages/" + package + "/runs", body));
    while (under_way(run)) {
        if (stage.stopped())
            return Error(ErrorCode::Cancelled, "stopped while " + package + " ran");
        const std::string id = std::to_string(run.integer_or("id", 0));
        run = TRY(stage.get("/v1/runs/" + id + "?wait_ms=1000"));
    }
    if (run.text_or("state", "") == "succeeded") return run;
    return Error(ErrorCode::Unavailable, package + " was not made: " + run.text_or("message", ""));
}

Result<void> show_baskets(const DemoStage& stage) {
    constexpr std::int64_t order_id = 900'000'001;
    Stopwatch watch;
    const auto files = TRY(make_files(stage, "basket"));
    TRY(import_files(stage, "basket", files));
    TRY(send_order(stage, order_id));
    stage.say(
        "baskets",
        format_count(rows_of(files)) +
            " rows of orders, lines and products by file, one order "
            "with its items by stream",
        watch.elapsed_us()
    );
    watch.restart();
    TRY(run_to_end(stage, "basket", json::Value::object()));
    const std::int64_t pairs = TRY(ask_number(stage, "SELECT count(*) FROM basket.data"));
    const std::string number = TRY(ask_one(
        stage, "SELECT order_number FROM basket.orders WHERE order_id = " + std::to_string(order_id)
    ));
    stage.say(
        "features",
        format_count(pairs) +
            " pairs of user and product, and data.csv; the order sent is number " + number +
            " of its user",
        watch.elapsed_us()
    );
    return {};
}

Result<void> show_store_weeks(const DemoStage& stage) {
    Stopwatch watch;
    const auto files = TRY(make_files(stage, "store_week"));
    stage.say(
        "a chain's nightly dump",
        format_count(rows_of(files)) + " rows in " + std::to_string(files.size()) +
            " packed files of " + dump_date,
        watch.elapsed_us()
    );
    watch.restart();
    json::Value body = json::Value::object();
    json::Value& params = body.set("params", json::Value::object());
    for (const generate::GeneratedFile& file : files) {
        const std::string name = os::base_name(file.path);
        params.set(name.substr(0, name.find('_')), "store_week/" + name);
    }
    TRY(run_to_end(stage, "store_week", body));
    const std::int64_t rows =
        TRY(ask_number(stage, "SELECT count(*) FROM store_week.weekly_metrics"));
    const std::string lost = TRY(ask_one(
        stage,
        "SELECT round(sum(no_stock_impact) + sum(potential_low_stock_impact)) FROM "
        "store_week.weekly_metrics"
    ));
    stage.say(
        "weekly metrics",
        format_count(rows) +
            " weeks of store and product, with stores, products and calendar; low "
            "or no stock met sales of " +
            lost,
        watch.elapsed_us()
    );
    return {};
}

Result<void> show_night(const Context& context) {
    constexpr std::array<std::string_view, 4> kinds{"scan", "mail", "job", "run"};
    const Stopwatch watch;
    const auto dump = TRY(OwnFolder::make("", "dump"));
    const auto workspace = TRY(OwnFolder::make("", "night"));
    NightOrder order;
    order.package = "store_week";
    order.date = dump_date;
    order.workspace = workspace->path();
    order.dump_folder = dump->path();
    order.tell = [](const NightReport&, const NightEvent&) {};
    const NightReport night = TRY(simulate_night(context, order));
    if (!night.problems.empty())
        return Error(ErrorCode::Unavailable, "the simulated night: " + night.problems.front());
    print_line(
        "simulate-day: that chain's night by a clock that is not real, one file late (" +
        format_duration_us(watch.elapsed_us()) + ")"
    );
    for (const NightEvent& event : night.events) {
        if (std::ranges::find(kinds, event.kind) == kinds.end()) continue;
        print_line(local_time(*night.zone, event.at) + "  " + event.text);
    }
    return {};
}

}  // namespace tradewind::cli
