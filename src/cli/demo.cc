// A whole shop in a minute: sample data is made, one part streamed over HTTP, the other imported as
// a file, and everything that came of it is asked for and compared with what was made; then what
// comes by night (demo_packages.h), and what is learnt of all (demo_models.h).
#include <chrono>
#include <thread>

#include "base/text.h"
#include "cli/command.h"
#include "cli/demo_models.h"
#include "cli/demo_packages.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/stopwatch.h"
#include "generate/generate.h"
#include "os/filesystem.h"
#include "os/random.h"

namespace tradewind::cli {

namespace {

constexpr auto settle_patience = std::chrono::seconds(60);
constexpr const char* source = "online_retail";

class Demo {
public:
    Demo(const Context& context, const DemoOptions& options, std::string folder)
        : context_(context),
          options_(options),
          folder_(std::move(folder)),
          workspace_(os::join(folder_, "workspace")) {}

    Result<int> run() {
        TRY(make_workspace());
        TRY(make_data());
        TRY(start());
        TRY(stream_first_part());
        TRY(import_second_part());
        TRY(compare_totals());
        TRY(leave_a_letter());
        TRY(make_marts());
        TRY(show_invoice());
        TRY(show_baskets(stage()));
        TRY(show_store_weeks(stage()));
        TRY(show_models(stage()));
        TRY(show_questions());
        TRY(show_segments(stage()));
        TRY(show_night(context_));
        print_line("");
        print_line(
            "Everything ran in " + format_duration_us(total_.elapsed_us()) + ". The workspace is " +
            workspace_
        );
        if (!options_.exit) wait_for_stop();
        platform_->stop();
        return exit_ok;
    }

    static Result<std::string> folder_of(const DemoOptions& options) {
        if (!options.folder.empty()) return absolute_path(options.folder);
        return os::join(TRY(temporary_folder()), "tradewind-demo-" + os::random_id().substr(0, 8));
    }

private:
    static void say(const std::string& what, const std::string& result, std::int64_t us) {
        print_line(
            "  " + what + std::string(what.size() < 28 ? 28 - what.size() : 1, ' ') + result +
            "  (" + format_duration_us(us) + ")"
        );
    }

    Result<void> make_workspace() {
        print_line(
            "Tradewind " + context_.backend.version + ": a shop's data, from the till to the answer"
        );
        print_line("");
        return context_.backend.init(workspace_, {source, "basket", "store_week"});
    }

    Result<void> make_data() {
        const Stopwatch watch;
        const auto files = os::make_posix_filesystem();
        generate::GenerateRequest request;
        request.kind = source;
        request.folder = os::join(folder_, "sample");
        request.scale = options_.scale;
        request.splits = 2;
        files_ = TRY(generate::generate(request, *files, [](double) {}));
        if (files_.size() != 2)
            return Error(ErrorCode::InvalidArgument, "the sample is too small to be split")
                .with_hint("Use a larger --scale.");
        made_ = files_[0].row_count + files_[1].row_count;
        say("sample data", format_count(made_) + " order lines in 2 files", watch.elapsed_us());
        return {};
    }

    Result<void> start() {
        const Stopwatch watch;
        OpenRequest request;
        request.workspace = workspace_;
        request.listen = true;
        request.listen_address = options_.listen.empty() ? "127.0.0.1:0" : options_.listen;
        platform_ = TRY(context_.backend.open(request));
        client_ = make_http_client(platform_->url(), "", &context_.cancelled);
        say("platform", "serves " + platform_->url(), watch.elapsed_us());
        return {};
    }

    Result<json::Value> call(const HttpRequest& request) {
        const HttpReply reply = TRY(client_->call(request));
        if (reply.status < 200 || reply.status >= 300) return error_of(reply);
        return json::parse(reply.body);
    }

    Result<json::Value> get(const std::string& target) {
        HttpRequest request;
        request.target = target;
        return call(request);
    }

    Result<json::Value> post(const std::string& target, const json::Value& body) {
        const std::string text = body.dump();
        HttpRequest request;
        request.method = "POST";
        request.target = target;
        request.headers = {{"Content-Type", "application/json"}};
        request.body = text;
        return call(request);
    }

    DemoStage stage() {
        DemoStage stage;
        stage.workspace = workspace_;
        stage.scale = options_.scale;
        stage.get = [this](const std::string& target) { return get(target); };
        stage.post = [this](const std::string& target, const json::Value& body) {
            return post(target, body);
        };
        stage.say = say;
        stage.stopped = [this] { return context_.cancelled.load(); };
        return stage;
    }

    Result<json::Value> ask(const std::string& sql) {
        json::Value body = json::Value::object();
        body.set("sql", sql);
        return post("/v1/query", body);
    }

    Result<void> stream_first_part() {
        const Stopwatch watch;
        SendOptions send_options;
        send_options.file = files_[0].path;
        send_options.url = platform_->url();
        send_options.stream = source;
        const SendOutcome outcome = TRY(send_rows(context_, send_options));
        if (outcome.failure) return *outcome.failure;
        const std::int64_t us = watch.elapsed_us();
        const auto rate = static_cast<std::int64_t>(
            static_cast<double>(files_[0].row_count) / (static_cast<double>(us) / 1e6)
        );
        say("streamed over HTTP",
            format_count(files_[0].row_count) + " records, each on disk before its answer, " +
                format_count(rate) + "/s",
            us);
        return {};
    }

    Result<void> import_second_part() {
        const Stopwatch watch;
        json::Value body = json::Value::object();
        body.set("source", source);
        // As a till's nightly export comes: somebody puts it in landing.
        const std::string name = os::base_name(files_[1].path);
        TRY(os::make_posix_filesystem()->rename(
            files_[1].path, os::join(os::join(workspace_, "landing"), name)
        ));
        body.set("path", name);
        const json::Value answer = TRY(post("/v1/imports", body));
        const json::Value* list = answer.find("imports");
        if (list == nullptr || list->items().empty())
            return Error(ErrorCode::Unavailable, "the import was not taken");
        json::Value import = list->items().front();
        while (import.text_or("state", "") == "queued" || import.text_or("state", "") == "running"
        ) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            import = TRY(get("/v1/imports/" + std::to_string(import.integer_or("id", 0))));
        }
        if (import.text_or("state", "") != "succeeded")
            return Error(
                ErrorCode::Unavailable,
                "the import " + import.text_or("state", "") + ": " + import.text_or("message", "")
            );
        say("imported as a file",
            format_count(import.integer_or("row_count", 0)) + " rows to raw, table and serving",
            watch.elapsed_us());
        return {};
    }

    // Sinks follow within a second; the demo waits for them and then counts.
    Result<void> compare_totals() {
        const Stopwatch watch;
        const auto until = std::chrono::steady_clock::now() + settle_patience;
        std::int64_t found = 0;
        while (found != made_ && std::chrono::steady_clock::now() < until &&
               !context_.cancelled.load()) {
            const json::Value result = TRY(ask("SELECT count(*) FROM raw.online_retail"));
            found = TRY(result.find("rows")->items().front().items().front().as_integer());
            if (found != made_) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        if (found != made_)
            return Error(
                ErrorCode::Corruption,
                format_count(made_) + " lines were made, but " + format_count(found) + " arrived"
            );
        say("SQL sees",
            format_count(found) + " of " + format_count(made_) +
                " lines: streamed and imported parts add up",
            watch.elapsed_us());
        return {};
    }

    // A line like the newest, but as a till sends it whose quantities have become text: kept with
    // its reason, for a person to repair.
    Result<void> leave_a_letter() {
        const Stopwatch watch;
        const json::Value newest =
            TRY(ask("SELECT stock_code, description, CAST(invoice_date AS STRING) AS invoice_date, "
                    "CAST(unit_price AS STRING) AS unit_price, customer_id, country "
                    "FROM raw.online_retail WHERE quantity > 0 AND customer_id IS NOT NULL "
                    "ORDER BY invoice_date DESC NULLS LAST, invoice_no, stock_code LIMIT 1"));
        const auto& rows = newest.find("rows")->items();
        if (rows.empty()) return {};
        const auto& columns = newest.find("columns")->items();
        json::Value line = json::Value::object();
        line.set("invoice_no", std::string("A999999"));
        line.set("quantity", std::string("2 pcs"));
        for (std::size_t i = 0; i < columns.size(); ++i)
            line.set(columns[i].text_or("name", ""), rows.front().items()[i]);
        const json::Value answer =
            TRY(post("/v1/streams/online_retail/records?on_invalid=deadletter", line));
        say("a till's bad line",
            std::to_string(answer.integer_or("rejected", 0)) +
                " dead letter, \"2 pcs\" is no number: repair it on the page Quality",
            watch.elapsed_us());
        return {};
    }

    // The marts follow by themselves, by micro-batch; nobody who watches waits a minute for them.
    Result<void> make_marts() {
        const Stopwatch watch;
        const json::Value run = TRY(run_to_end(stage(), source, json::Value::object()));
        const json::Value* assets = run.find("assets");
        say("clean and marts",
            std::to_string(assets == nullptr ? 0 : assets->items().size()) +
                " assets, each table published whole after its checks",
            watch.elapsed_us());
        return {};
    }

    Result<void> show_invoice() {
        const json::Value largest =
            TRY(ask("SELECT invoice_no FROM raw.online_retail GROUP BY invoice_no HAVING "
                    "count(DISTINCT _source) = 1 ORDER BY count(*) DESC, invoice_no LIMIT 1"));
        const std::string number = largest.find("rows")->items().front().items().front().text();
        const Stopwatch watch;
        const json::Value invoice = TRY(get("/v1/invoices/" + url_encode(number)));
        const json::Value* items = invoice.find("items");
        const json::Value* total = invoice.find("total");
        say("GET /v1/invoices/" + number,
            std::to_string(items == nullptr ? 0 : items->items().size()) + " items, total " +
                (total == nullptr ? "" : total->text()),
            watch.elapsed_us());
        return {};
    }

    Result<void> show_questions() {
        print_line("");
        for (const char* name : {"monthly_sales", "popular_products", "sales_by_country"})
            TRY(show_question(name));
        return {};
    }

    Result<void> show_question(const std::string& name) {
        const Stopwatch watch;
        json::Value body = json::Value::object();
        body.set("limit", std::int64_t{5});
        const json::Value result = TRY(post("/v1/queries/online_retail/" + name, body));
        print_line(name + " (" + format_duration_us(watch.elapsed_us()) + ")");
        print_line(format_answer(result));
        return {};
    }

    void wait_for_stop() {
        note("it stays open at " + platform_->url() + " (Ctrl-C stops it)");
        context_.cancelled.wait(false);
    }

    const Context& context_;
    const DemoOptions& options_;
    const std::string folder_;
    const std::string workspace_;
    const Stopwatch total_;
    std::unique_ptr<LocalPlatform> platform_;
    std::unique_ptr<HttpClient> client_;
    std::vector<generate::GeneratedFile> files_;
    std::int64_t made_ = 0;
};

}  // namespace

Result<int> demo(const Context& context, const DemoOptions& options) {
    std::string folder = TRY(Demo::folder_of(options));
    return Demo(context, options, std::move(folder)).run();
}

}  // namespace tradewind::cli
