// Where requests wait for the committer, and where a repeated idempotency key is recognised: in the
// answers of the window, or among the requests under way. Any thread; take() and what follows it:
// the committer only.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/metrics.h"
#include "base/result.h"
#include "os/clock.h"
#include "stream/key_index.h"
#include "stream/pending_block.h"
#include "stream/stream.h"

namespace tradewind::stream {

class AppendQueue {
public:
    struct Settings {
        int partition_count = 0;
        std::uint64_t bytes_max = 0;
        Timestamp last_received_at;  // no record is given an earlier time
    };
    AppendQueue(Settings settings, KeyIndex keys, os::Clock& clock, Gauge& queued_bytes);

    // As Stream::append.
    void append(const AppendRequest& request, Stream::Done done);

    // As Stream::find_answer.
    void find_answer(std::string_view key, std::string_view body_hash, Stream::Done done);

    // The answers of durable requests whose keys are kept for ever, encoded. Any thread.
    std::string kept_keys();

    // --- Reasons to take nothing new (stored answers are still given); nothing lifts a reason.
    enum class Gate { Stopping, Failed, DiskLow };
    void set_gate(Gate gate, std::optional<Error> reason);

    // --- The committer's side.
    // Waits until a request is there, wake() was called, or the time is up. True: one is there.
    bool wait(std::int64_t timeout_us);
    void wake();
    // The oldest block, or nothing. It counts as queued until complete or fail.
    std::unique_ptr<PendingBlock> take();
    // The block is durable: remembers its keys (as encode_keys gives them) and gives the answers.
    void complete(std::unique_ptr<PendingBlock> block, std::string_view keys);
    // Nothing of it will be in the log.
    void fail(std::unique_ptr<PendingBlock> block, const Error& error);
    void fail_all(const Error& error);

private:
    struct UnderWay {
        Fingerprint body;
        std::vector<Stream::Done> repeats;  // the same request again, waiting for the same answer
    };
    // The answer to give at once, or nothing when the request was taken in (done is moved then).
    std::optional<Result<AppendAnswer>> admit(
        const AppendRequest& request, PendingRequest& pending, std::size_t bytes
    );
    std::optional<Result<AppendAnswer>> answer_repeat(PendingRequest& pending, Timestamp now);
    std::optional<Error> refusal(std::size_t bytes) const;
    void enqueue(const AppendRequest& request, PendingRequest& pending);
    std::unique_ptr<PendingBlock> new_block();
    std::vector<Stream::Done> take_repeats(const PendingRequest& request);
    void give_back(std::unique_ptr<PendingBlock> block);

    const Settings settings_;
    os::Clock& clock_;
    Gauge& queued_bytes_gauge_;

    std::mutex mutex_;  // guards what follows
    std::condition_variable work_;
    KeyIndex keys_;
    std::unordered_map<Fingerprint, UnderWay> under_way_;
    std::deque<std::unique_ptr<PendingBlock>> blocks_;
    std::vector<std::unique_ptr<PendingBlock>> spare_;
    std::uint64_t queued_bytes_ = 0;
    Timestamp last_received_at_;
    std::optional<Error> gates_[3];
    bool waiting_ = false;
    bool woken_ = false;
};

// The answers of the block's requests with a key, encoded; after PendingBlock::complete().
std::string encode_keys(const PendingBlock& block);

}  // namespace tradewind::stream
