// Stand-ins for the rooms around the importer: targets that remember what they got, a power supply
// that can be cut at every durable step, a reader of simple files.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/yaml.h"
#include "importer/importing.h"
#include "os/clock.h"
#include "os/database.h"
#include "os/filesystem.h"
#include "os/random.h"

namespace tradewind::importer::testing_support {

inline Error power_is_gone() {
    return {ErrorCode::Io, "power is gone"};
}

// Counts durable steps; after the last one nothing works any more, until it is restored.
class Power {
public:
    // False: it is gone.
    bool use() {
        std::lock_guard lock(mutex_);
        if (left_ == 0) {
            gone_ = true;
            changed_.notify_all();
            return false;
        }
        --left_;
        ++used_;
        return true;
    }
    void cut_after(int steps) {
        std::lock_guard lock(mutex_);
        left_ = steps;
        gone_ = false;
    }
    void restore() { cut_after(1'000'000'000); }
    bool gone() {
        std::lock_guard lock(mutex_);
        return gone_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int left_ = 1'000'000'000;
    int used_ = 0;
    bool gone_ = false;
};

class PoweredDatabase : public os::Database {
public:
    PoweredDatabase(std::unique_ptr<os::Database> real, Power& power)
        : real_(std::move(real)), power_(power) {}

    Result<std::vector<os::SqlRow>> run(
        std::string_view sql, const std::vector<os::SqlValue>& parameters
    ) override {
        if (!power_.use()) return power_is_gone();
        return real_->run(sql, parameters);
    }
    std::int64_t changes() override { return real_->changes(); }
    Result<void> transaction(const std::function<Result<void>()>& f) override {
        if (!power_.use()) return power_is_gone();
        return real_->transaction(f);
    }
    Result<void> migrate(const std::vector<std::string_view>& scripts) override {
        return real_->migrate(scripts);
    }
    Result<void> backup_to(const std::string& path) override { return real_->backup_to(path); }

private:
    std::unique_ptr<os::Database> real_;
    Power& power_;
};

// A row as the tests see it: (row number, "invoice|quantity").
using Rows = std::map<std::int64_t, std::string>;

// What the targets hold; it survives crashes, as theirs does.
struct Targets {
    std::mutex mutex;
    Power power;
    std::map<std::int64_t, Rows> serving;                 // by origin
    std::map<std::int64_t, std::int64_t> serving_cursor;  // stays when rows are taken back
    std::map<std::int64_t, Rows> table;
    std::map<std::int64_t, std::map<std::int64_t, deliver::RejectedRow>> letters;  // by line
    std::map<std::int64_t, std::string> originals;
    std::size_t rejections_max = 1000;
    std::vector<std::int64_t> begun;
    // The next so many calls of that name fail with that code: "keep", "begin", "add", "commit",
    // "abandon".
    std::map<std::string, std::pair<int, ErrorCode>> failures;
    // Called before the thing happens, without the lock.
    std::function<void(const std::string& call)> before;
    std::string lake_folder;

    Result<void> step(const std::string& call) {
        if (before) before(call);
        std::lock_guard lock(mutex);
        auto& [count, code] = failures[call];
        if (count > 0) {
            --count;
            return Error(code, call + " does not work now");
        }
        if (!power.use()) return power_is_gone();
        return {};
    }
};

class FakeLoad : public deliver::Load {
public:
    FakeLoad(Targets& targets, deliver::LoadTicket ticket)
        : targets_(targets), ticket_(std::move(ticket)) {}

    Result<void> add(RowBatch rows, std::vector<deliver::RejectedRow> rejected) override {
        TRY(targets_.step("add"));
        std::lock_guard lock(targets_.mutex);
        Rows fresh;
        for (std::size_t i = 0; i < rows.row_count(); ++i) {
            const Provenance& provenance = rows.provenance(i);
            EXPECT_EQ(provenance.received_at.micros, ticket_.received_at.micros);
            fresh[provenance.sequence] = std::string(rows.column(0).text(i)) + "|" +
                                         std::to_string(rows.column(1).integer(i));
        }
        rows_.insert(fresh.begin(), fresh.end());
        if (!ticket_.replaces) serve(fresh);
        for (auto& row : rejected) targets_.letters[origin()][row.line] = std::move(row);
        if (targets_.letters[origin()].size() > targets_.rejections_max) {
            return Error(ErrorCode::ResourceExhausted, "too many rows break the contract");
        }
        return {};
    }

    Result<deliver::LoadReport> commit() override {
        TRY(targets_.step("commit"));
        deliver::LoadReport report;
        report.row_count = static_cast<std::int64_t>(rows_.size());
        if (ticket_.replaces) {
            TRY(change([&] { targets_.serving.erase(ticket_.replaces->value); }));
            TRY(change([&] { serve(rows_); }));
        }
        TRY(change([&] {
            if (ticket_.replaces) {
                report.replaced_count =
                    static_cast<std::int64_t>(targets_.table[ticket_.replaces->value].size());
                targets_.table.erase(ticket_.replaces->value);
            }
            targets_.table[origin()] = rows_;
            report.rejected_count = static_cast<std::int64_t>(targets_.letters[origin()].size());
        }));
        if (ticket_.replaces) {
            TRY(change([&] { targets_.letters.erase(ticket_.replaces->value); }));
        }
        TRY(targets_.step("committed"));
        return report;
    }

    Result<void> abandon() override {
        TRY(targets_.step("abandon"));
        TRY(change([&] { targets_.serving.erase(origin()); }));
        return change([&] { targets_.letters.erase(origin()); });
    }

private:
    std::int64_t origin() const { return ticket_.origin.value; }

    Result<void> change(const std::function<void()>& f) {
        std::lock_guard lock(targets_.mutex);
        if (!targets_.power.use()) return power_is_gone();
        f();
        return {};
    }

    // Skips what is there, as the serving tables do by their cursor.
    void serve(const Rows& rows) {
        std::int64_t& cursor = targets_.serving_cursor[origin()];
        for (const auto& [sequence, text] : rows) {
            if (sequence <= cursor) continue;
            targets_.serving[origin()][sequence] = text;
            cursor = sequence;
        }
    }

    Targets& targets_;
    const deliver::LoadTicket ticket_;
    Rows rows_;
};

class FakeDelivery : public deliver::Delivery {
public:
    FakeDelivery(
        std::shared_ptr<const contract::Contract> contract, Targets& targets, os::Filesystem& files
    )
        : contract_(std::move(contract)), targets_(targets), files_(files) {}

    const contract::Contract& contract() const override { return *contract_; }
    Result<std::unique_ptr<deliver::Load>> begin_load(const deliver::LoadTicket& ticket) override {
        TRY(targets_.step("begin"));
        std::lock_guard lock(targets_.mutex);
        targets_.begun.push_back(ticket.origin.value);
        return std::unique_ptr<deliver::Load>(std::make_unique<FakeLoad>(targets_, ticket));
    }
    Result<std::string> keep_original(const deliver::LoadTicket& ticket, const std::string& path)
        override {
        TRY(targets_.step("keep"));
        const std::int64_t origin = ticket.origin.value;
        {
            std::lock_guard lock(targets_.mutex);
            if (targets_.originals.contains(origin)) return targets_.originals[origin];
        }
        const std::string to = os::join(targets_.lake_folder, std::to_string(origin));
        TRY(os::write_file_atomic(files_, to, TRY(os::read_file(files_, path, 1u << 30))));
        TRY(targets_.step("kept"));
        std::lock_guard lock(targets_.mutex);
        return targets_.originals[origin] = to;
    }

    stream::Stream* stream() override { return nullptr; }
    Result<void> start() override { return {}; }
    void stop(std::int64_t) override {}
    Result<bool> step(const std::string&) override { return false; }
    std::vector<deliver::SinkStatus> sinks() override { return {}; }
    Result<void> pause(const std::string&, bool) override { return {}; }
    Result<void> wait_applied(Position, std::int64_t) override { return {}; }
    Result<void> flush() override { return {}; }
    Result<void> rebuild_serving() override { return {}; }
    std::vector<contract::FilteredCount> filtered() override { return {}; }

private:
    std::shared_ptr<const contract::Contract> contract_;
    Targets& targets_;
    os::Filesystem& files_;
};

// Lines of cells with commas between, or of JSON when the first one begins with a brace. A line
// "!…" is malformed, one "#DAMAGE" cannot be read past.
class SimpleReader : public engine::FileReader {
public:
    explicit SimpleReader(std::string text) : text_(std::move(text)) {
        format_.kind = text_.starts_with("{") ? engine::FileKind::Ndjson : engine::FileKind::Csv;
        if (rows_are_json()) return;
        header_ = split_line(take_line());
        doubles_.assign(header_.size(), false);
    }

    const engine::FileFormat& format() const override { return format_; }
    const std::vector<std::string>& header() const override { return header_; }
    const std::vector<bool>& doubles() const override { return doubles_; }

    Result<bool> next(engine::RowChunk& chunk) override {
        chunk.cells.clear();
        chunk.rows.clear();
        while (at_ < text_.size() && chunk.rows.size() < 3) {
            const std::string_view line = take_line();
            if (line == "#DAMAGE") {
                return Error(
                    ErrorCode::InvalidArgument, "cut off in line " + std::to_string(line_)
                );
            }
            engine::FileRow row;
            row.row = ++row_;
            row.line = line_;
            row.original = line;
            if (line.starts_with("!")) row.problem = "a quote is not closed";
            row.first_cell = chunk.cells.size();
            if (!rows_are_json() && row.problem.empty()) add_cells(line, chunk);
            row.cell_count = chunk.cells.size() - row.first_cell;
            chunk.rows.push_back(row);
        }
        return !chunk.rows.empty();
    }

    std::uint64_t bytes_read() const override { return at_; }
    std::uint64_t bytes_total() const override { return text_.size(); }
    std::string original_as_json(const engine::RowChunk&, const engine::FileRow& row)
        const override {
        return "{\"line\":\"" + std::string(row.original) + "\"}";
    }

private:
    std::string_view take_line() {
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        const std::string_view line = std::string_view(text_).substr(at_, end - at_);
        at_ = std::min(end + 1, text_.size());
        ++line_;
        return line;
    }
    static std::vector<std::string> split_line(std::string_view line) {
        std::vector<std::string> cells;
        for (std::size_t at = 0; at <= line.size();) {
            const std::size_t end = std::min(line.find(',', at), line.size());
            cells.emplace_back(line.substr(at, end - at));
            at = end + 1;
        }
        return cells;
    }
    static void add_cells(std::string_view line, engine::RowChunk& chunk) {
        for (std::size_t at = 0; at <= line.size();) {
            const std::size_t end = std::min(line.find(',', at), line.size());
            chunk.cells.emplace_back(line.substr(at, end - at));
            at = end + 1;
        }
    }

    const std::string text_;
    engine::FileFormat format_;
    std::vector<std::string> header_;
    std::vector<bool> doubles_;
    std::size_t at_ = 0;
    std::int64_t line_ = 0;
    std::int64_t row_ = 0;
};

inline std::shared_ptr<const contract::Contract> shop_contract(const std::string& name) {
    const std::string text = "source: " + name + R"(
kind: files
fields:
  invoice_no: {type: text, required: true, aliases: [InvoiceNo], max_length: 20}
  quantity: {type: integer, required: true}
)";
    return MUST(contract::parse_contract(MUST(yaml::parse(text, "shop.yml"))));
}

// A workspace with the sources "shop" and "store", and an importer that can be started again.
class ImporterTest : public ::testing::Test {
protected:
    ImporterTest() : files_(os::make_posix_filesystem()), clock_(os::make_system_clock()) {
        folder_ = os::join(::testing::TempDir(), "importer_" + os::random_id());
        targets_.lake_folder = os::join(folder_, "lake");
        MUST(files_->create_folders(targets_.lake_folder));
        shop_ = std::make_unique<FakeDelivery>(shop_contract("shop"), targets_, *files_);
        store_ = std::make_unique<FakeDelivery>(shop_contract("store"), targets_, *files_);
        settings_.batch_rows = 4;
        settings_.retry_delay_us_first = 100;
        settings_.retry_delay_us_max = 1000;
        settings_.retry_count_max = 5;
        settings_.original_path = [](const std::string& path) { return path; };
    }
    ~ImporterTest() override {
        importer_.reset();
        database_.reset();
        (void)os::remove_tree(*files_, folder_);
    }

    Result<void> try_open() {
        importer_.reset();
        database_.reset();
        database_ = std::make_unique<PoweredDatabase>(
            TRY(os::Database::open(os::join(folder_, "meta.sqlite"))), targets_.power
        );
        ImporterParts parts;
        parts.settings = settings_;
        parts.deliveries = {{"shop", shop_.get()}, {"store", store_.get()}};
        parts.database = database_.get();
        parts.files = files_.get();
        parts.clock = clock_.get();
        parts.metrics = &metrics_;
        parts.open_file = [this](const std::string& path, const engine::FileOptions&) {
            return open_file(path);
        };
        importer_ = TRY(make_importer(std::move(parts)));
        return {};
    }
    void start() {
        MUST(try_open());
        MUST(importer_->start());
    }
    Result<std::unique_ptr<engine::FileReader>> open_file(const std::string& path) {
        std::string text = TRY(os::read_file(*files_, path, 1u << 30));
        if (text.starts_with("???")) return Error(ErrorCode::InvalidArgument, "no format we know");
        return std::unique_ptr<engine::FileReader>(std::make_unique<SimpleReader>(std::move(text)));
    }

    std::string write(const std::string& name, const std::string& text) {
        const std::string path = os::join(folder_, name);
        MUST(files_->create_folders(os::parent_folder(path)));
        MUST(os::write_file_atomic(*files_, path, text));
        return path;
    }
    static std::string lines(int count, const std::string& prefix = "I") {
        std::string text = "InvoiceNo,Quantity\n";
        for (int i = 1; i <= count; ++i) {
            text += prefix + std::to_string(i) + "," + std::to_string(i * 10) + "\n";
        }
        return text;
    }
    static Rows rows(int count, const std::string& prefix = "I") {
        Rows expected;
        for (int i = 1; i <= count; ++i) {
            expected[i] = prefix + std::to_string(i) + "|" + std::to_string(i * 10);
        }
        return expected;
    }

    ImportRequest request(const std::string& path, const std::string& identity = "") {
        return {
            .source = "shop", .path = path, .identity = identity, .encoding = "", .again = false
        };
    }
    Import submit(const ImportRequest& wanted) { return MUST(importer_->submit({wanted})).front(); }
    Import wait(std::int64_t id) { return MUST(importer_->wait(id, 60'000'000)); }
    Import run(const ImportRequest& wanted) { return wait(submit(wanted).id); }
    Import run(const std::string& path) { return run(request(path)); }

    // Serving and table agree on these origins and rows, and hold nothing else.
    void expect_held(std::map<std::int64_t, Rows> expected) {
        std::lock_guard lock(targets_.mutex);
        const auto without_empty = [](std::map<std::int64_t, Rows> all) {
            std::erase_if(all, [](const auto& entry) { return entry.second.empty(); });
            return all;
        };
        EXPECT_EQ(without_empty(targets_.table), expected);
        EXPECT_EQ(without_empty(targets_.serving), expected);
    }

    std::unique_ptr<os::Filesystem> files_;
    std::unique_ptr<os::Clock> clock_;
    std::string folder_;
    MetricsRegistry metrics_;
    Targets targets_;
    std::unique_ptr<FakeDelivery> shop_;
    std::unique_ptr<FakeDelivery> store_;
    ImportSettings settings_;
    std::unique_ptr<PoweredDatabase> database_;
    std::unique_ptr<Importer> importer_;
};

}  // namespace tradewind::importer::testing_support
