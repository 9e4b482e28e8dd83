#include "stream/append_queue.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "stream/stream_limits.h"

namespace tradewind::stream {

namespace {

// Blocks kept for their memory: one is filled while the other is written.
constexpr std::size_t spare_blocks_max = 2;

Error too_large(const std::string& what, std::size_t size, std::size_t size_max) {
    return Error(ErrorCode::InvalidArgument, what + " is too large")
        .with_detail(
            "It has " + std::to_string(size) + " bytes, at most " + std::to_string(size_max) +
            " are allowed."
        );
}

std::optional<Error> check_shape(const AppendRequest& request) {
    if (request.records.empty()) {
        return Error(ErrorCode::InvalidArgument, "the request holds no records");
    }
    if (request.records.size() > limits::request_records_max) {
        return Error(ErrorCode::InvalidArgument, "the request holds too many records")
            .with_detail(
                "It has " + std::to_string(request.records.size()) + ", at most " +
                std::to_string(limits::request_records_max) + " are allowed."
            );
    }
    if (request.idempotency_key.size() > limits::idempotency_key_bytes_max) {
        return too_large(
            "the idempotency key", request.idempotency_key.size(), limits::idempotency_key_bytes_max
        );
    }
    for (const NewRecord& record : request.records) {
        const std::size_t size = std::max(record.key.size(), record.value.size());
        if (size <= limits::record_bytes_max) continue;
        return too_large("record " + std::to_string(record.index), size, limits::record_bytes_max);
    }
    return std::nullopt;
}

Error other_body() {
    return Error(ErrorCode::Conflict, "idempotency key was used with another body")
        .with_hint("Send the same body again, or use a new key for a new request.");
}

// To forget one would allow what it guards against.
Error too_many_kept() {
    return Error(ErrorCode::ResourceExhausted, "the stream keeps too many keys for ever")
        .with_detail("It keeps " + std::to_string(kept_keys_max) + " of them.")
        .with_hint("Send the repaired record as a new one, and discard the dead letter.");
}

AppendAnswer repeated(AppendAnswer answer) {
    answer.repeated = true;
    return answer;
}

}  // namespace

AppendQueue::AppendQueue(Settings settings, KeyIndex keys, os::Clock& clock, Gauge& queued_bytes)
    : settings_(settings),
      clock_(clock),
      queued_bytes_gauge_(queued_bytes),
      keys_(std::move(keys)),
      last_received_at_(settings.last_received_at) {}

void AppendQueue::append(const AppendRequest& request, Stream::Done done) {
    if (auto error = check_shape(request)) return done(std::move(*error));
    PendingRequest pending;
    pending.done = std::move(done);
    pending.has_key = !request.idempotency_key.empty();
    if (pending.has_key) {
        pending.key = key_fingerprint_of(request.idempotency_key);
        pending.body = fingerprint_of(request.body_hash);
    }
    auto answer = admit(request, pending, encoded_bytes_max(request));
    if (answer) pending.done(std::move(*answer));
}

void AppendQueue::find_answer(std::string_view key, std::string_view body_hash, Stream::Done done) {
    PendingRequest pending;
    pending.done = std::move(done);
    pending.key = key_fingerprint_of(key);
    pending.body = fingerprint_of(body_hash);
    std::optional<Result<AppendAnswer>> answer;
    {
        std::lock_guard lock(mutex_);
        answer = answer_repeat(pending, clock_.now());
    }
    if (!pending.done) return;
    if (!answer) answer = Error(ErrorCode::NotFound, "the idempotency key was not used");
    pending.done(std::move(*answer));
}

std::optional<Result<AppendAnswer>> AppendQueue::admit(
    const AppendRequest& request, PendingRequest& pending, std::size_t bytes
) {
    std::unique_lock lock(mutex_);
    const Timestamp now = clock_.now();
    if (pending.has_key) {
        auto answer = answer_repeat(pending, now);
        if (answer || !pending.done) return answer;
        if (is_kept(pending.key) && keys_.kept_count() + under_way_.size() >= kept_keys_max) {
            return Result<AppendAnswer>(too_many_kept());
        }
    }
    if (auto error = refusal(bytes)) return Result<AppendAnswer>(std::move(*error));
    // The clock may jump back; the log's times do not, so that they can be searched.
    last_received_at_ = std::max(last_received_at_, now);
    pending.received_at = last_received_at_;
    enqueue(request, pending);
    const bool wake_committer = std::exchange(waiting_, false);
    lock.unlock();
    if (wake_committer) work_.notify_one();
    return std::nullopt;
}

// Nothing and done moved away: waits with the request under way. Nothing and done still there: new.
std::optional<Result<AppendAnswer>> AppendQueue::answer_repeat(
    PendingRequest& pending, Timestamp now
) {
    keys_.expire(now);
    if (auto stored = keys_.find(pending.key)) {
        if (stored->body != pending.body) return Result<AppendAnswer>(other_body());
        return Result<AppendAnswer>(repeated(std::move(stored->answer)));
    }
    const auto found = under_way_.find(pending.key);
    if (found == under_way_.end()) return std::nullopt;
    if (found->second.body != pending.body) return Result<AppendAnswer>(other_body());
    found->second.repeats.push_back(std::exchange(pending.done, nullptr));
    return std::nullopt;
}

std::optional<Error> AppendQueue::refusal(std::size_t bytes) const {
    for (const auto& gate : gates_) {
        if (gate) return gate;
    }
    if (bytes > settings_.bytes_max) {
        return too_large("the request", bytes, static_cast<std::size_t>(settings_.bytes_max));
    }
    if (queued_bytes_ + bytes <= settings_.bytes_max) return std::nullopt;
    return Error(ErrorCode::Unavailable, "the stream's append queue is full")
        .with_detail(std::to_string(queued_bytes_) + " bytes wait to be written.")
        .with_hint("Send again in a moment, and more slowly.");
}

void AppendQueue::enqueue(const AppendRequest& request, PendingRequest& pending) {
    if (pending.has_key) under_way_[pending.key].body = pending.body;
    if (blocks_.empty() || blocks_.back()->body_bytes() >= block_body_bytes_max) {
        blocks_.push_back(new_block());
    }
    PendingBlock& block = *blocks_.back();
    const std::size_t before = block.body_bytes();
    block.add(request, std::move(pending));
    queued_bytes_ += block.body_bytes() - before;
    queued_bytes_gauge_.set(static_cast<std::int64_t>(queued_bytes_));
}

std::unique_ptr<PendingBlock> AppendQueue::new_block() {
    if (spare_.empty()) return std::make_unique<PendingBlock>(settings_.partition_count);
    auto block = std::move(spare_.back());
    spare_.pop_back();
    return block;
}

std::string AppendQueue::kept_keys() {
    std::lock_guard lock(mutex_);
    return keys_.kept();
}

void AppendQueue::set_gate(Gate gate, std::optional<Error> reason) {
    std::lock_guard lock(mutex_);
    gates_[static_cast<std::size_t>(gate)] = std::move(reason);
}

bool AppendQueue::wait(std::int64_t timeout_us) {
    std::unique_lock lock(mutex_);
    waiting_ = blocks_.empty();
    work_.wait_for(lock, std::chrono::microseconds(timeout_us), [&] {
        return woken_ || !blocks_.empty();
    });
    waiting_ = false;
    woken_ = false;
    return !blocks_.empty();
}

void AppendQueue::wake() {
    {
        std::lock_guard lock(mutex_);
        woken_ = true;
    }
    work_.notify_one();
}

std::unique_ptr<PendingBlock> AppendQueue::take() {
    std::lock_guard lock(mutex_);
    if (blocks_.empty()) return nullptr;
    auto block = std::move(blocks_.front());
    blocks_.pop_front();
    return block;
}

void AppendQueue::complete(std::unique_ptr<PendingBlock> block, std::string_view keys) {
    std::vector<std::vector<Stream::Done>> repeats(block->requests().size());
    {
        std::lock_guard lock(mutex_);
        CHECK(keys_.add_encoded(keys));
        for (std::size_t i = 0; i < repeats.size(); ++i) {
            repeats[i] = take_repeats(block->requests()[i]);
        }
    }
    for (std::size_t i = 0; i < repeats.size(); ++i) {
        AppendAnswer answer = block->answer(i);
        for (const Stream::Done& done : repeats[i]) done(repeated(answer));
        block->requests()[i].done(std::move(answer));
    }
    give_back(std::move(block));
}

void AppendQueue::fail(std::unique_ptr<PendingBlock> block, const Error& error) {
    for (PendingRequest& request : block->requests()) {
        std::vector<Stream::Done> repeats;
        {
            std::lock_guard lock(mutex_);
            repeats = take_repeats(request);
        }
        for (const Stream::Done& done : repeats) done(error);
        request.done(error);
    }
    give_back(std::move(block));
}

void AppendQueue::fail_all(const Error& error) {
    while (auto block = take()) fail(std::move(block), error);
}

std::vector<Stream::Done> AppendQueue::take_repeats(const PendingRequest& request) {
    if (!request.has_key) return {};
    const auto found = under_way_.find(request.key);
    CHECK(found != under_way_.end());
    std::vector<Stream::Done> repeats = std::move(found->second.repeats);
    under_way_.erase(found);
    return repeats;
}

void AppendQueue::give_back(std::unique_ptr<PendingBlock> block) {
    const std::size_t bytes = block->body_bytes();
    block->clear();
    std::lock_guard lock(mutex_);
    queued_bytes_ -= bytes;
    queued_bytes_gauge_.set(static_cast<std::int64_t>(queued_bytes_));
    if (spare_.size() < spare_blocks_max) spare_.push_back(std::move(block));
}

std::string encode_keys(const PendingBlock& block) {
    std::string keys;
    for (std::size_t i = 0; i < block.requests().size(); ++i) {
        const PendingRequest& request = block.requests()[i];
        if (!request.has_key) continue;
        encode_stored_answer(
            keys, {request.key, request.body, request.received_at, block.answer(i)}
        );
    }
    return keys;
}

}  // namespace tradewind::stream
