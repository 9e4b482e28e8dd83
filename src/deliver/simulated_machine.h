// What stands between delivery and its neighbours in a simulation: they fail when the simulated
// machine has no power, and can be made to forget what exactly-once rests on.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lake/lake.h"
#include "os/database.h"
#include "os/simulated_filesystem.h"
#include "serving/serving.h"
#include "stream/stream.h"

namespace tradewind::deliver::simulation {

// What a run leaves out, to show that it would be missed.
struct MissingGuard {
    std::function<bool(const std::string& path)> file_sync;
    std::function<bool(const std::string& path)> folder_sync;
    bool serving_cursor = false;   // the stream's position is not kept with serving's rows
    bool serving_flush = false;    // serving is called durable without being it
    std::string dataset_position;  // its versions do not keep the sink's position
    bool idempotency_key = false;  // a repeated request does not say that it is one
};

inline Error power_is_gone() {
    return {ErrorCode::Io, "the simulated machine has lost its power"};
}

// SQLite syncs by itself and is tested elsewhere: here a transaction is there or not.
class PoweredDatabase : public os::Database {
public:
    PoweredDatabase(os::Database& real, os::SimulatedFilesystem& machine)
        : real_(real), machine_(machine) {}

    Result<std::vector<os::SqlRow>> run(
        std::string_view sql, const std::vector<os::SqlValue>& parameters
    ) override {
        if (machine_.crashed()) return power_is_gone();
        return real_.run(sql, parameters);
    }
    std::int64_t changes() override { return real_.changes(); }
    Result<void> transaction(const std::function<Result<void>()>& f) override {
        if (machine_.crashed()) return power_is_gone();
        return real_.transaction(f);
    }
    Result<void> migrate(const std::vector<std::string_view>& scripts) override {
        return real_.migrate(scripts);
    }
    Result<void> backup_to(const std::string& path) override { return real_.backup_to(path); }

private:
    os::Database& real_;
    os::SimulatedFilesystem& machine_;
};

class PoweredServing : public serving::Serving {
public:
    PoweredServing(
        serving::Serving& real, os::SimulatedFilesystem& machine, const MissingGuard& missing
    )
        : real_(real), machine_(machine), missing_(missing) {}

    // Until somebody has tried to move that cursor so far. A load applies on a thread of its own;
    // without this, what a crash leaves behind would depend on how fast that is.
    void await(const std::string& cursor, std::int64_t value) {
        std::unique_lock lock(mutex_);
        tried_changed_.wait(lock, [&] { return tried_[cursor] >= value; });
    }

    // Before the same rows are brought once more.
    void forget_tries(const std::string& cursor) {
        std::lock_guard lock(mutex_);
        tried_.erase(cursor);
    }

    Result<void> apply(
        const std::string& source, const RowBatch& rows, const serving::Cursor& cursor, bool durable
    ) override {
        auto applied = [&]() -> Result<void> {
            TRY(check_power());
            return real_.apply(source, rows, cursor, durable);
        }();
        std::lock_guard lock(mutex_);
        tried_[cursor.name] = std::max(tried_[cursor.name], cursor.value);
        tried_changed_.notify_all();
        return applied;
    }
    Result<std::optional<std::int64_t>> cursor(const std::string& name) override {
        TRY(check_power());
        if (missing_.serving_cursor && name.starts_with("stream/"))
            return std::optional<std::int64_t>();
        return real_.cursor(name);
    }
    Result<void> set_cursor(const serving::Cursor& cursor) override {
        TRY(check_power());
        return real_.set_cursor(cursor);
    }
    Result<void> drop_origin(const std::string& source, OriginId origin) override {
        TRY(check_power());
        return real_.drop_origin(source, origin);
    }
    Result<void> clear(const std::string& source) override {
        TRY(check_power());
        return real_.clear(source);
    }
    Result<void> flush() override {
        TRY(check_power());
        return missing_.serving_flush ? Result<void>() : real_.flush();
    }

    std::vector<std::string> stale_tables() override { return real_.stale_tables(); }
    std::vector<serving::TableDescription> tables() override { return real_.tables(); }
    Result<std::string> get(const serving::RowRequest& request) override {
        return real_.get(request);
    }
    Result<serving::Page> list(const serving::ListRequest& request) override {
        return real_.list(request);
    }
    Result<void> scan(
        const std::string& table, const std::function<bool(std::string_view json)>& visit
    ) override {
        return real_.scan(table, visit);
    }
    Result<void> checkpoint(const std::string& folder) override { return real_.checkpoint(folder); }

private:
    Result<void> check_power() const {
        if (machine_.crashed()) return power_is_gone();
        return {};
    }

    serving::Serving& real_;
    os::SimulatedFilesystem& machine_;
    const MissingGuard& missing_;
    std::mutex mutex_;
    std::condition_variable tried_changed_;
    std::map<std::string, std::int64_t> tried_;
};

class ForgetfulLake : public lake::Lake {
public:
    ForgetfulLake(lake::Lake& real, const MissingGuard& missing) : real_(real), missing_(missing) {}

    Result<lake::Version> commit(
        const std::string& dataset, const lake::Commit& change, std::optional<std::int64_t> expected
    ) override {
        if (dataset != missing_.dataset_position) return real_.commit(dataset, change, expected);
        lake::Commit without = change;
        without.positions.clear();
        return real_.commit(dataset, without, expected);
    }

    Result<lake::Version> current(const std::string& dataset) override {
        return real_.current(dataset);
    }
    Result<lake::Version> version(const std::string& dataset, std::int64_t number) override {
        return real_.version(dataset, number);
    }
    Result<std::shared_ptr<lake::Pin>> pin(const std::string& dataset) override {
        return real_.pin(dataset);
    }
    Result<std::shared_ptr<lake::Pin>> pin(const std::string& dataset, std::int64_t number)
        override {
        return real_.pin(dataset, number);
    }
    Result<std::vector<lake::DatasetInfo>> datasets() override { return real_.datasets(); }
    Result<std::unique_ptr<lake::NewFile>> create(const std::string& path) override {
        return real_.create(path);
    }
    Result<std::string> scratch_path(const std::string& suffix) override {
        return real_.scratch_path(suffix);
    }
    Result<lake::DataFile> adopt(
        const std::string& scratch, const std::string& path, std::int64_t row_count
    ) override {
        return real_.adopt(scratch, path, row_count);
    }
    Result<void> discard(const std::string& path) override { return real_.discard(path); }
    Result<std::string> read(const std::string& path, std::uint64_t size_max) override {
        return real_.read(path, size_max);
    }
    std::string absolute(const std::string& path) const override { return real_.absolute(path); }
    Result<void> verify(bool quarantine) override { return real_.verify(quarantine); }
    Result<void> quarantine_changed() override { return real_.quarantine_changed(); }
    Result<void> quarantine_damaged(const std::string& dataset) override {
        return real_.quarantine_damaged(dataset);
    }
    Result<std::size_t> sweep() override { return real_.sweep(); }

private:
    lake::Lake& real_;
    const MissingGuard& missing_;
};

// A stream without a committer of its own that is committed with every append, for those who wait.
class CommittingStream : public stream::Stream {
public:
    explicit CommittingStream(stream::Stream& real) : real_(real) {}

    void append(const stream::AppendRequest& request, Done done) override {
        real_.append(request, std::move(done));
        // Its failure reaches the answer, too.
        static_cast<void>(real_.commit_pending().ok());
    }
    void find_answer(std::string_view key, std::string_view body_hash, Done done) override {
        real_.find_answer(key, body_hash, std::move(done));
    }
    Result<std::size_t> commit_pending() override { return real_.commit_pending(); }
    Result<stream::ReadBatch> read(Position from, stream::ReadLimits limits) override {
        return real_.read(from, limits);
    }
    Result<stream::ReadBatch> read_partition(
        PartitionId partition, Offset from, stream::ReadLimits limits
    ) override {
        return real_.read_partition(partition, from, limits);
    }
    Result<Offset> offset_at(PartitionId partition, Timestamp at) override {
        return real_.offset_at(partition, at);
    }
    bool wait_for(Position position, std::int64_t timeout_us) override {
        return real_.wait_for(position, timeout_us);
    }
    Result<void> commit(const std::string& consumer, Position position) override {
        return real_.commit(consumer, position);
    }
    std::optional<Position> committed(const std::string& consumer) override {
        return real_.committed(consumer);
    }
    Result<void> forget(const std::string& consumer) override { return real_.forget(consumer); }
    Result<int> apply_retention() override { return real_.apply_retention(); }
    stream::StreamInfo info() override { return real_.info(); }
    Position next() override { return real_.next(); }
    PartitionId partition_of(std::string_view key) const override {
        return real_.partition_of(key);
    }
    Result<void> verify() override { return real_.verify(); }
    Result<void> stop() override { return real_.stop(); }

private:
    stream::Stream& real_;
};

}  // namespace tradewind::deliver::simulation
