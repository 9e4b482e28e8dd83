#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/row_json.h"
#include "engine/engine.h"
#include "generate/generate.h"
#include "os/process.h"
#include "os/random.h"

namespace tradewind::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto retry_pause_min = std::chrono::milliseconds(50);
constexpr auto retry_pause_max = std::chrono::milliseconds(2'000);

// Sends batches in order on one connection; a batch that was not answered is sent again with the
// same key, so that it counts once whatever happened to the first try.
class Sender {
public:
    Sender(const Context& context, const SendOptions& options)
        : context_(context),
          options_(options),
          client_(make_http_client(options.url, "", &context.cancelled)),
          key_(options.key.empty() ? os::random_id() : options.key),
          target_(
              "/v1/streams/" + url_encode(options.stream) + "/records" +
              (options.deadletter ? "?on_invalid=deadletter" : "")
          ) {}

    Result<void> add(std::string_view record) {
        batch_.append(record);
        batch_.push_back('\n');
        if (++batch_records_ >= batch_size()) return flush();
        return {};
    }

    Result<void> flush() {
        if (batch_records_ == 0) return {};
        wait_for_rate();
        HttpRequest request;
        request.method = "POST";
        request.target = target_;
        request.headers = {
            {"Content-Type", "application/x-ndjson"},
            {"Idempotency-Key", key_ + "-" + std::to_string(batch_number_++)}
        };
        request.body = batch_;
        const auto counted = post(request);
        failed_ = !counted.ok();
        TRY(counted);
        records_sent_ += batch_records_;
        batch_.clear();
        batch_records_ = 0;
        return {};
    }

    const Sent& sent() const { return sent_; }
    std::int64_t records_sent() const { return records_sent_; }
    // A batch was not taken: what is left of it must not be sent before it.
    bool failed() const { return failed_; }

private:
    Result<void> post(const HttpRequest& request) {
        return count(TRY(send_until_answered(request)));
    }

    // At a set rate a batch holds at most what is due in a quarter of a second.
    std::int64_t batch_size() const {
        if (options_.rate <= 0) return options_.batch;
        return std::max<std::int64_t>(
            1, std::min(options_.batch, static_cast<std::int64_t>(options_.rate / 4))
        );
    }

    void wait_for_rate() const {
        if (options_.rate <= 0) return;
        const std::chrono::duration<double> due(static_cast<double>(records_sent_) / options_.rate);
        while (!context_.cancelled.load() && Clock::now() - began_ < due)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }

    Result<HttpReply> send_until_answered(const HttpRequest& request) {
        const auto until = Clock::now() + std::chrono::seconds(options_.retry_s);
        auto pause = retry_pause_min;
        for (;;) {
            auto reply = client_->call(request);
            const bool again = reply.ok() ? reply->status == 429 || reply->status >= 500
                                          : reply.error().code() == ErrorCode::Unavailable;
            if (!again) return reply;
            if (Clock::now() >= until || context_.cancelled.load())
                return reply.ok() ? Result<HttpReply>(error_of(*reply)) : std::move(reply);
            ++sent_.retries;
            std::this_thread::sleep_for(pause);
            pause = std::min(pause * 2, std::chrono::milliseconds(retry_pause_max));
        }
    }

    Result<void> count(const HttpReply& reply) {
        if (reply.status != 200) return refused(reply);
        const json::Value answer = TRY(json::parse(reply.body));
        sent_.accepted += answer.integer_or("accepted", 0);
        sent_.rejected += answer.integer_or("rejected", 0);
        sent_.repeated += reply.headers.contains("idempotent-replayed") ? 1 : 0;
        return {};
    }

    // The record's place in the request becomes its place in the file.
    Error refused(const HttpReply& reply) const {
        Error error = error_of(reply);
        const auto problem = json::parse(reply.body);
        const json::Value* errors = problem.ok() ? problem->find("errors") : nullptr;
        if (errors == nullptr || errors->items().empty()) return error;
        const json::Value& first = errors->items().front();
        return std::move(error)
            .with_detail(
                "Record " + std::to_string(records_sent_ + first.integer_or("index", 0) + 1) +
                " of what was sent: " + first.text_or("reason", "") + ". " +
                format_count(sent_.accepted) +
                (sent_.accepted == 1 ? " record before it was" : " records before it were") +
                " accepted."
            )
            .with_hint("Repair it, or send with --deadletter to keep the good ones.");
    }

    const Context& context_;
    const SendOptions& options_;
    std::unique_ptr<HttpClient> client_;
    const std::string key_;
    const std::string target_;
    const Clock::time_point began_ = Clock::now();
    std::string batch_;
    std::int64_t batch_records_ = 0;
    std::int64_t batch_number_ = 0;
    std::int64_t records_sent_ = 0;
    bool failed_ = false;
    Sent sent_;
};

// What a server keeps as a dead letter, since it is no JSON object: the line as it stands, or,
// where that could pass for one or for several records, as a JSON string.
std::string as_letter(std::string_view original) {
    const std::string_view text = trim(original);
    const bool plain = !text.empty() && text.find_first_of("\r\n") == std::string_view::npos &&
                       !text.starts_with('{') && !text.starts_with('[');
    return plain ? std::string(text) : json::Value::string(std::string(original)).dump();
}

Error malformed(const engine::FileRow& row, std::int64_t number) {
    const std::string first = std::to_string(number);
    return Error(
               ErrorCode::InvalidArgument,
               "line " + std::to_string(row.line) + " (row " + first + "): " + row.problem
    )
        .with_hint(
            "The rows before it are sent. Repair it and go on with --first " + first +
            ", pass it by with --first " + std::to_string(number + 1) +
            ", or send with --deadletter, which keeps such lines as dead letters."
        );
}

// Calls f with every row wanted, as JSON, in the file's order.
using TakeRecord = std::function<Result<void>(const std::string& record)>;

Result<void> for_each_record(
    engine::FileReader& reader,
    const Context& context,
    const SendOptions& options,
    const TakeRecord& f
) {
    engine::RowChunk chunk;
    std::string record;
    std::int64_t number = 0;
    while (TRY(reader.next(chunk))) {
        for (const engine::FileRow& row : chunk.rows) {
            if (++number < options.first_row) continue;
            if (options.row_count > 0 && number >= options.first_row + options.row_count) return {};
            if (context.cancelled.load()) return Error(ErrorCode::Cancelled, "cancelled");
            if (!row.problem.empty() && !options.deadletter) return malformed(row, number);
            record.clear();
            if (row.problem.empty()) {
                append_record(reader, chunk, row, record);
            } else {
                record = as_letter(row.original);
            }
            TRY(f(record));
        }
    }
    return {};
}

// N rows chosen evenly from all (reservoir), in the order in which they were chosen: a smoke test.
Result<void> for_each_sampled(
    engine::FileReader& reader,
    const Context& context,
    const SendOptions& options,
    const TakeRecord& f
) {
    os::Random random(options.seed);
    std::vector<std::string> chosen;
    std::int64_t seen = 0;
    TRY(for_each_record(reader, context, options, [&](const std::string& record) -> Result<void> {
        ++seen;
        if (static_cast<std::int64_t>(chosen.size()) < options.sample) {
            chosen.push_back(record);
        } else if (const auto place = random.below(static_cast<std::uint64_t>(seen));
                   place < chosen.size()) {
            chosen[place] = record;
        }
        return {};
    }));
    for (const std::string& record : chosen) TRY(f(record));
    return {};
}

// A folder that is gone with its owner.
class TemporaryFolder {
public:
    explicit TemporaryFolder(const std::string& parent)
        : path_(os::join(parent, "tradewind-" + os::random_id())) {}
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::string& path() const { return path_; }

private:
    const std::string path_;
};

// Without a file of his own a user sends rows that look like the package's.
Result<std::string> generated_file(const SendOptions& options, const std::string& folder) {
    const auto files = os::make_posix_filesystem();
    generate::GenerateRequest request;
    request.kind = options.package;
    request.folder = folder;
    request.scale = 0.01;
    request.seed = options.seed;
    const auto made = TRY(generate::generate(request, *files, [](double) {}));
    return made.front().path;
}

// The sheets of a workbook that have the columns of its first.
class SameColumns {
public:
    bool operator()(const std::vector<std::string>& header) {
        if (first_.empty()) first_ = header;
        return header == first_;
    }

private:
    std::vector<std::string> first_;
};

void tell_other_sheets(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "\"" : ", \"") + name + "\"";
    if (!list.empty())
        note("not sent, since their columns are not those of the first: sheets " + list);
}

void print_sent(const Context& context, const Sent& sent) {
    if (context.json) {
        json::Value document = json::Value::object();
        document.set("accepted", sent.accepted);
        document.set("rejected", sent.rejected);
        document.set("repeated", sent.repeated);
        document.set("retries", sent.retries);
        return print_line(document.dump());
    }
    std::string text =
        format_count(sent.accepted) + (sent.accepted == 1 ? " record" : " records") + " accepted";
    if (sent.rejected > 0)
        text += ", " + format_count(sent.rejected) + " rejected (see: tradewind deadletters list)";
    if (sent.retries > 0) text += ", " + format_count(sent.retries) + " requests sent again";
    print_line(text);
}

}  // namespace

Result<SendOutcome> send_rows(const Context& context, const SendOptions& options) {
    engine::FileOptions file_options;
    file_options.encoding = options.encoding;
    file_options.extension_folder = os::executable_folder();
    file_options.temp_folder = TRY(temporary_folder());
    file_options.fits = SameColumns();
    const auto reader = TRY(engine::open_file(options.file, file_options));

    Sender sender(context, options);
    Progress progress(options.stream, "records");
    const std::int64_t total = options.sample > 0 ? options.sample : options.row_count;
    const TakeRecord take = [&](const std::string& record) -> Result<void> {
        TRY(sender.add(record));
        progress.update(sender.records_sent(), total);
        return {};
    };
    auto all = options.sample > 0 ? for_each_sampled(*reader, context, options, take)
                                  : for_each_record(*reader, context, options, take);
    // What came before a line that cannot be read is sent all the same.
    const bool told_to_end = !all.ok() && all.error().code() == ErrorCode::Cancelled;
    if (!sender.failed() && !told_to_end) {
        auto rest = sender.flush();
        if (!rest.ok() || all.ok()) all = std::move(rest);
    }
    tell_other_sheets(reader->format().other_sheets);
    SendOutcome outcome{sender.sent(), std::nullopt};
    if (!all.ok()) outcome.failure = std::move(all).error();
    return outcome;
}

Result<int> send(const Context& context, const SendOptions& given) {
    SendOptions options = given;
    if (options.stream.empty()) options.stream = options.package;
    const TemporaryFolder folder(TRY(temporary_folder()));
    if (options.file.empty()) options.file = TRY(generated_file(options, folder.path()));
    const SendOutcome outcome = TRY(send_rows(context, options));
    print_sent(context, outcome.sent);
    if (outcome.failure) return *outcome.failure;
    return exit_ok;
}

}  // namespace tradewind::cli
