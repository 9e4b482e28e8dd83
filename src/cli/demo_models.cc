#include "cli/demo_models.h"

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/model_figures.h"
#include "cli/output.h"
#include "cli/page.h"
#include "cli/stopwatch.h"

namespace tradewind::cli {

namespace {

constexpr const char* package = "online_retail";
constexpr std::size_t reason_width = 70;

struct ShownModel {
    const char* name;
    const char* asks;
    const char* list;
};
constexpr ShownModel shown_models[] = {
    {"buy_again", "which of their products will customers buy again?", "again"},
    {"try_first", "which new product will they try?", "new"},
    {"next_in_cart", "what goes into the cart next?", "next"},
};
using Rows = std::vector<std::vector<std::string>>;

std::vector<std::string> metric_row(
    std::string model, std::string what, const json::Value& metrics
) {
    std::vector<std::string> row{std::move(model), std::move(what)};
    for (const char* name : shown_metrics) row.push_back(figure(metrics, name));
    return row;
}

// Trains it, and waits: the version serves unless it is worse than the one that does.
Result<json::Value> train(const DemoStage& stage, const std::string& path) {
    json::Value job = TRY(stage.post(path + "/train", json::Value::object()));
    const std::string at = "/v1/trainings/" + std::to_string(job.integer_or("id", 0));
    while (job.text_or("state", "") == "queued" || job.text_or("state", "") == "running") {
        if (stage.stopped()) {
            static_cast<void>(stage.post(at + "/cancel", json::Value::object()).ok());
            return Error(ErrorCode::Cancelled, "stopped while a model was trained");
        }
        job = TRY(stage.get(at + "?wait_ms=1000"));
    }
    if (job.text_or("state", "") == "succeeded") return job;
    return Error(
        ErrorCode::Unavailable,
        "the training of " + job.text_or("model", "") + " " + job.text_or("state", "") + ": " +
            job.text_or("message", "")
    );
}

Result<void> train_and_measure(const DemoStage& stage, const ShownModel& model, Rows& rows) {
    const Stopwatch watch;
    const std::string path = std::string("/v1/models/") + package + "/" + model.name;
    const json::Value job = TRY(train(stage, path));
    const json::Value report = TRY(stage.get(path + "/report"));
    stage.say(
        std::string("train ") + model.name,
        std::string(model.asks) + " Version " + std::to_string(job.integer_or("version", 0)) +
            (job.boolean_or("promoted", false) ? " is promoted and serves" : " is registered"),
        watch.elapsed_us()
    );
    const std::string users = format_count(report.integer_or("users", 0)) + " last invoices";
    if (const json::Value* metrics = report.find("metrics"))
        rows.push_back(metric_row(model.name, users, *metrics));
    if (const json::Value* baselines = report.find("baselines"))
        for (const auto& [name, values] : baselines->members())
            rows.push_back(metric_row("", "baseline " + name, values));
    return {};
}

Result<json::Value> ask(const DemoStage& stage, const std::string& sql) {
    json::Value body = json::Value::object();
    body.set("sql", sql);
    return stage.post("/v1/query", body);
}

Result<void> show_answer(const DemoStage& stage, const std::string& title, const std::string& sql) {
    const Stopwatch watch;
    const json::Value answer = TRY(ask(stage, sql));
    print_line(title + " (" + format_duration_us(watch.elapsed_us()) + ")");
    print_line(format_answer(answer));
    return {};
}

// One with the most invoices, and two products of the newest as a cart that is being filled.
struct Shopper {
    std::string customer;
    std::string cart;
    std::string product;  // the first in the cart
};

Result<Shopper> find_shopper(const DemoStage& stage) {
    const json::Value answer = TRY(
        ask(stage,
            "SELECT customer_id, stock_code FROM online_retail.interactions WHERE customer_id "
            "= (SELECT customer_id FROM online_retail.interactions GROUP BY customer_id ORDER "
            "BY count(DISTINCT invoice_no) DESC, customer_id LIMIT 1) ORDER BY invoice_number "
            "DESC, place LIMIT 2")
    );
    Shopper shopper;
    const json::Value* rows = answer.find("rows");
    for (const json::Value& row : rows == nullptr ? std::vector<json::Value>{} : rows->items()) {
        shopper.customer = cell_text(row.items().at(0));
        const std::string product = cell_text(row.items().at(1));
        if (shopper.product.empty()) shopper.product = product;
        shopper.cart += (shopper.cart.empty() ? "" : ",") + product;
    }
    if (!shopper.customer.empty()) return shopper;
    return Error(ErrorCode::NotFound, "no customer bought anything").with_hint("Use more --scale.");
}

Result<void> show_recommendations(const DemoStage& stage, const Shopper& shopper) {
    const Stopwatch watch;
    Rows rows;
    for (const ShownModel& model : shown_models) {
        const bool cart = std::string(model.list) == "next";
        const json::Value answer = TRY(stage.get(
            "/v1/recommendations/" + url_encode(shopper.customer) + "?kind=" + model.list +
            "&package=" + package + "&limit=3" + (cart ? "&basket=" + url_encode(shopper.cart) : "")
        ));
        const json::Value* list = answer.find("recommendations");
        std::string shown = model.list;
        for (const json::Value& one : list == nullptr ? std::vector<json::Value>{} : list->items())
            rows.push_back(
                {std::exchange(shown, ""),
                 shortened(one.text_or("name", one.text_or("product_id", "")), 40),
                 figure(one, "score"),
                 shortened(one.text_or("reason", ""), reason_width)}
            );
    }
    print_line(
        "GET /v1/recommendations/" + shopper.customer + ": to buy again, to try, and next to " +
        shopper.cart + " in the cart (" + format_duration_us(watch.elapsed_us()) + ")"
    );
    print_line(format_table({"list", "product", "score", "because"}, rows));
    return {};
}

Result<void> show_prediction(const DemoStage& stage, const Shopper& shopper) {
    json::Value body = json::Value::object();
    body.set("package", package);
    body.set("user_id", shopper.customer);
    body.set("product_id", shopper.product);
    const Stopwatch watch;
    const json::Value answer = TRY(stage.post("/v1/predictions/reorder", body));
    const std::string likely = answer.boolean_or("likely", false) ? "likely" : "not likely";
    const json::Value* reasons = answer.find("reasons");
    print_line(
        "POST /v1/predictions/reorder: customer " + shopper.customer + " will buy " +
        shopper.product + " on the next invoice with probability " + figure(answer, "probability") +
        ", which is " + likely + " (" + format_duration_us(watch.elapsed_us()) + ")"
    );
    if (reasons != nullptr && !reasons->items().empty())
        print_line("  above all: " + reasons->items().front().text_or("text", ""));
    return {};
}

}  // namespace

Result<void> show_models(const DemoStage& stage) {
    Rows rows;
    for (const ShownModel& model : shown_models) TRY(train_and_measure(stage, model, rows));
    std::vector<std::string> header{"model", "measured on"};
    header.insert(header.end(), std::begin(shown_metrics), std::end(shown_metrics));
    print_line("");
    print_line("models beside their baselines, on what was held out");
    print_line(format_table(header, rows));
    const Shopper shopper = TRY(find_shopper(stage));
    TRY(show_recommendations(stage, shopper));
    return show_prediction(stage, shopper);
}

Result<void> show_segments(const DemoStage& stage) {
    TRY(show_answer(
        stage,
        "segments of customers",
        "SELECT segment, size AS customers, CAST(total_spent AS DECIMAL(12,2)) AS mean_spent, "
        "CAST(order_count AS DECIMAL(12,1)) AS mean_orders, CAST(recency_days AS DECIMAL(12,1)) AS "
        "mean_recency_days, CAST(silhouette AS DECIMAL(6,3)) AS silhouette, CAST(stability AS "
        "DECIMAL(6,3)) AS stability FROM online_retail.customer_segments_summary ORDER BY cluster"
    ));
    return show_answer(
        stage,
        "sales forecast of the country that sells most, with the band of eight days in ten",
        "SELECT country, CAST(period AS DATE) AS day, CAST(forecast AS DECIMAL(12,2)) AS forecast, "
        "CAST(low_80 AS DECIMAL(12,2)) AS low_80, CAST(high_80 AS DECIMAL(12,2)) AS high_80 FROM "
        "online_retail.sales_forecast WHERE country = (SELECT country FROM "
        "online_retail.sales_by_country ORDER BY sales DESC, country LIMIT 1) ORDER BY period "
        "LIMIT "
        "7"
    );
}

}  // namespace tradewind::cli
