// A source with all its targets in a temporary folder, for tests of one sink or one load: steps are
// taken by hand unless threads are wanted, the clock stands still, and files and serving can be
// made to fail.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "deliver/simulated_life.h"
#include "os/random.h"
#include "os/temporary_folder.h"

namespace tradewind::deliver {

// 2023-11-14 22:13:20 UTC
constexpr Timestamp start_of_tests{1'700'000'000'000'000};
constexpr std::int64_t second_us = 1'000'000;

class FaultyFiles : public os::Filesystem {
public:
    explicit FaultyFiles(os::Filesystem& real) : real_(real) {}

    // True for the calls that are to fail: "open", "rename", "sync_folder"; any thread.
    std::function<bool(const std::string& call, const std::string& path)> pick;

    Result<std::unique_ptr<os::File>> open(const std::string& path, os::OpenMode mode) override {
        TRY(maybe_fail("open", path));
        return real_.open(path, mode);
    }
    Result<void> rename(const std::string& from, const std::string& to) override {
        TRY(maybe_fail("rename", to));
        return real_.rename(from, to);
    }
    Result<void> sync_folder(const std::string& path) override {
        TRY(maybe_fail("sync_folder", path));
        return real_.sync_folder(path);
    }
    Result<void> remove(const std::string& path) override { return real_.remove(path); }
    Result<void> create_folders(const std::string& path) override {
        return real_.create_folders(path);
    }
    Result<std::vector<os::FileInfo>> list(const std::string& path) override {
        return real_.list(path);
    }
    Result<os::FileInfo> info(const std::string& path) override { return real_.info(path); }
    Result<std::uint64_t> free_bytes(const std::string& path) override {
        return real_.free_bytes(path);
    }
    Result<std::unique_ptr<os::Lock>> lock(const std::string& path) override {
        return real_.lock(path);
    }

private:
    Result<void> maybe_fail(const char* call, const std::string& path) const {
        if (!pick || !pick(call, path)) return {};
        return Error(ErrorCode::Io, "'" + path + "': made to fail by the test");
    }

    os::Filesystem& real_;
};

class FaultyServing : public simulation::PoweredServing {
public:
    using PoweredServing::PoweredServing;

    std::atomic<bool> stuck{false};

    Result<void> apply(
        const std::string& source, const RowBatch& rows, const serving::Cursor& cursor, bool durable
    ) override {
        if (stuck) return Error(ErrorCode::Unavailable, "serving is stuck");
        return PoweredServing::apply(source, rows, cursor, durable);
    }
};

class DeliveryTest : public ::testing::Test {
protected:
    DeliveryTest() {
        log::configure(log::Level::Off, log::Format::Text);
        settings_.own_threads = false;
    }
    ~DeliveryTest() override { close(); }

    // A start of the program on what lies in the folder.
    void open() {
        close();
        lake_ = MUST(lake::open_lake(lake_options(), files_, clock_));
        engine_ = std::make_unique<simulation::SimulatedEngine>(files_);
        stream_ =
            MUST(stream::open_stream(stream_options_, folder_.path("q"), files_, clock_, metrics_));
        committing_ = std::make_unique<simulation::CommittingStream>(*stream_);
        letters_ =
            MUST(open_dead_letters(*database_, {{machine_.contract, committing_.get()}}, metrics_));
        delivery_ = MUST(open_delivery(settings_, parts()));
        MUST(delivery_->start());
    }
    void close() {
        delivery_.reset();
        letters_.reset();
        stream_.reset();
        engine_.reset();
        lake_.reset();
    }

    void append(const std::vector<stream::NewRecord>& records) {
        stream::AppendRequest request;
        request.records = records;
        MUST(committing_->append_and_wait(request));
    }
    // A record whose transform works; `parts` 0: it fails, negative: it is filtered.
    std::string record(std::int64_t id, std::int64_t parts = 2, const std::string& invoice = "A1") {
        return R"({"invoice":")" + invoice + R"(","id":)" + std::to_string(id) + R"(,"parts":)" +
               std::to_string(parts) + "}";
    }
    void accept(const std::string& value, const std::string& key = "A1") {
        stream::NewRecord record;
        record.key = key;
        record.value = value;
        append({record});
    }
    void reject(const std::string& value, const std::string& type = "wrong_type") {
        stream::NewRecord record;
        record.kind = stream::RecordKind::Rejected;
        record.value = value;
        record.reason = "refused";
        record.reason_type = type;
        append({record});
    }
    // False: it failed.
    bool step(const std::string& sink) { return delivery_->step(sink).ok(); }
    void step_all() {
        for (const SinkStatus& sink : delivery_->sinks()) {
            while (MUST(delivery_->step(sink.name))) continue;
        }
    }
    SinkStatus status(const std::string& sink) {
        for (const SinkStatus& each : delivery_->sinks()) {
            if (each.name == sink) return each;
        }
        ADD_FAILURE() << "no sink " << sink;
        return {};
    }

    lake::Version version(const std::string& kind) {
        return MUST(lake_->current("raw/orders/" + kind));
    }
    std::vector<std::string> paths(const std::string& kind) {
        std::vector<std::string> found;
        const lake::Version current = version(kind);
        for (const lake::DataFile& file : current.files) found.push_back(file.path);
        return found;
    }
    // Lines of all files of a dataset, file by file.
    std::vector<std::string> lines(const std::string& kind) {
        std::vector<std::string> all;
        for (const std::string& path : paths(kind)) {
            for (std::string& line :
                 MUST(simulation::unpack_lines(MUST(lake_->read(path, 1u << 20)))))
                all.push_back(std::move(line));
        }
        return all;
    }
    simulation::Ids in_raw() {
        simulation::Ids ids;
        for (const std::string& line : lines("stream")) ids.push_back(simulation::id_in(line));
        return ids;
    }
    simulation::Ids in_table() {
        simulation::Ids ids;
        const std::vector<RowBatch> batches = MUST(engine_->rows_of("orders"));
        for (const RowBatch& rows : batches) {
            for (std::size_t row = 0; row < rows.row_count(); ++row)
                ids.push_back(rows.column(1).integer(row));
        }
        return ids;
    }
    simulation::Ids in_serving() {
        simulation::Ids ids;
        MUST(serving_.scan("invoices", [&](std::string_view text) {
            const json::Value row = MUST(json::parse(text));
            for (const json::Value& item : row.find("items")->items())
                ids.push_back(item.integer_or("id", 0));
            return true;
        }));
        return ids;
    }
    std::vector<DeadLetter> letters() { return MUST(letters_->list({})).letters; }

    DeliveryParts parts() {
        DeliveryParts parts;
        parts.contract = machine_.contract;
        parts.stream = stream_.get();
        parts.lake = lake_.get();
        parts.serving = &serving_;
        parts.engine = engine_.get();
        parts.dead_letters = letters_.get();
        parts.files = &files_;
        parts.clock = &clock_;
        parts.metrics = &metrics_;
        return parts;
    }
    lake::LakeOptions lake_options() {
        lake::LakeOptions options;
        options.root = folder_.path("lake");
        options.quarantine_folder = folder_.path("q");
        return options;
    }
    stream::StreamOptions make_stream_options() {
        stream::StreamOptions options;
        options.name = "orders";
        options.folder = folder_.path("stream");
        options.partition_count = 2;
        options.disk_reserve_bytes = 0;
        options.own_committer = false;
        return options;
    }

    os::TemporaryFolder folder_;
    std::unique_ptr<os::Filesystem> real_files_ = os::make_posix_filesystem();
    FaultyFiles files_{*real_files_};
    os::ManualClock clock_{start_of_tests};
    MetricsRegistry metrics_;
    DeliverySettings settings_;
    stream::StreamOptions stream_options_ = make_stream_options();
    std::unique_ptr<os::Database> database_ = MUST(os::Database::open(folder_.path("meta.sqlite")));
    // Lends its contract and its serving tables; its simulated files are not used.
    simulation::Machine machine_{1, *database_, {}};
    FaultyServing serving_{*machine_.store, machine_.files, machine_.missing};
    std::unique_ptr<lake::Lake> lake_;
    std::unique_ptr<simulation::SimulatedEngine> engine_;
    std::unique_ptr<stream::Stream> stream_;
    std::unique_ptr<simulation::CommittingStream> committing_;
    std::unique_ptr<DeadLetters> letters_;
    std::unique_ptr<Delivery> delivery_;
};

}  // namespace tradewind::deliver
