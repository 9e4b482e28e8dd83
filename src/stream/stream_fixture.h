// What the tests of this room share: a small stream on a simulated file system, committed by hand.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "os/clock.h"
#include "os/simulated_filesystem.h"
#include "stream/stream.h"

namespace tradewind::stream {

constexpr const char* test_folder = "data/stream/orders";
constexpr const char* test_quarantine = "data/quarantine";
constexpr std::int64_t test_start_us = 1'700'000'000'000'000;

inline StreamOptions small_options() {
    StreamOptions options;
    options.name = "orders";
    options.folder = test_folder;
    options.partition_count = 3;
    options.segment_bytes_max = 4096;
    options.disk_reserve_bytes = 0;
    options.own_committer = false;
    return options;
}

inline NewRecord record(std::string_view key, std::string_view value, std::int64_t index = 0) {
    NewRecord record;
    record.key = key;
    record.value = value;
    record.index = index;
    return record;
}

inline NewRecord rejected(std::string_view value, std::string_view reason, std::int64_t index) {
    NewRecord record;
    record.kind = RecordKind::Rejected;
    record.value = value;
    record.reason = reason;
    record.reason_type = "invalid_type";
    record.index = index;
    return record;
}

// Appends and commits; the answer.
inline Result<AppendAnswer> append_now(Stream& stream, const AppendRequest& request) {
    std::optional<Result<AppendAnswer>> answer;
    stream.append(request, [&](Result<AppendAnswer> result) {
        EXPECT_FALSE(answer.has_value()) << "answered twice";
        answer.emplace(std::move(result));
    });
    // Its failure reaches the answer, too.
    if (!answer) [[maybe_unused]]
        const auto committed = stream.commit_pending();
    EXPECT_TRUE(answer.has_value()) << "not answered";
    if (!answer) return Error(ErrorCode::Cancelled, "not answered");
    return std::move(*answer);
}

inline Result<AppendAnswer> append_now(
    Stream& stream,
    std::vector<NewRecord> records,
    std::string_view key = {},
    std::string_view hash = {}
) {
    AppendRequest request;
    request.records = std::move(records);
    request.idempotency_key = key;
    request.body_hash = hash;
    return append_now(stream, request);
}

// Everything from the position on, read in as many batches as it takes.
inline std::vector<Record> read_all(
    Stream& stream,
    std::vector<ReadBatch>& batches,
    Position from = Position(0),
    ReadLimits limits = {}
) {
    std::vector<Record> records;
    for (;;) {
        auto batch = stream.read(from, limits);
        EXPECT_TRUE(batch.ok()) << batch.error().describe();
        if (!batch.ok()) break;
        from = batch->next;
        if (batch->records.empty()) break;
        records.insert(records.end(), batch->records.begin(), batch->records.end());
        batches.push_back(std::move(*batch));
    }
    return records;
}

inline std::vector<std::string> read_values(
    Stream& stream, Position from = Position(0), ReadLimits limits = {}
) {
    std::vector<ReadBatch> batches;
    std::vector<std::string> values;
    for (const Record& record : read_all(stream, batches, from, limits)) {
        values.emplace_back(record.value);
    }
    return values;
}

// A machine: file system, clock, metrics, and the stream on it.
struct Machine {
    explicit Machine(std::uint64_t seed = 1) : files(seed) {}

    Result<void> open(const StreamOptions& options = small_options()) {
        stream.reset();
        stream = TRY(open_stream(options, test_quarantine, files, clock, metrics));
        return {};
    }
    // As after kill -9: what was written is still readable.
    void kill() { stream.reset(); }
    void lose_power() {
        stream.reset();
        files.crash();
    }
    // The files of the stream's folder that end so, with folder.
    std::vector<std::string> paths(std::string_view suffix) {
        std::vector<std::string> found;
        for (const os::FileInfo& info : MUST(files.list(test_folder))) {
            if (info.name.ends_with(suffix)) found.push_back(os::join(test_folder, info.name));
        }
        return found;
    }

    os::SimulatedFilesystem files;
    os::ManualClock clock{Timestamp{test_start_us}};
    MetricsRegistry metrics;
    std::unique_ptr<Stream> stream;
};

// Another machine with the same bytes on its disk.
inline std::unique_ptr<Machine> copy_of(os::Filesystem& files, const std::string& folder = "data") {
    auto copy = std::make_unique<Machine>();
    for (const std::string& path : MUST(os::list_tree(files, folder))) {
        const std::string whole = os::join(folder, path);
        MUST(copy->files.create_folders(os::parent_folder(whole)));
        auto file = MUST(copy->files.open(whole, os::OpenMode::CreateNew));
        MUST(file->write_at(0, MUST(os::read_file(files, whole, 1u << 30))));
        MUST(file->sync());
        MUST(copy->files.sync_folder(os::parent_folder(whole)));
    }
    return copy;
}

inline bool any_contains(const std::vector<std::string>& lines, std::string_view part) {
    for (const std::string& line : lines) {
        if (line.find(part) != std::string::npos) return true;
    }
    return false;
}

}  // namespace tradewind::stream
