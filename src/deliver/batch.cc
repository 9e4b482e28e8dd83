#include "deliver/batch.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace tradewind::deliver {

namespace {

// Where a row of the decoded batch stands among the records, to find its original bytes again.
using RecordIndex = std::vector<std::size_t>;

std::unique_ptr<Decoded> decode(
    const std::vector<stream::Record>& records,
    const std::shared_ptr<const contract::Contract>& contract
) {
    const auto decoder = contract::make_decoder(contract);
    RowBatch rows(contract->columns());
    RecordIndex record_of_row;
    std::vector<Failure> failures;
    const auto fail = [&](const stream::Record& record, contract::Rejection rejection) {
        failures.push_back(
            {record.partition,
             record.offset,
             record.received_at,
             std::move(rejection),
             std::string(record.value)}
        );
    };
    std::string padded;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const stream::Record& record = records[i];
        if (record.kind != stream::RecordKind::Accepted) continue;
        // The parser may read past the record's end; the log's memory gives no such promise.
        padded.assign(record.value);
        padded.append(contract::record_padding, '\0');
        auto rejection =
            decoder->decode_json(std::string_view(padded).substr(0, record.value.size()), rows);
        if (rejection) {
            fail(record, std::move(*rejection));
            continue;
        }
        rows.commit_row({record.partition, record.offset.value, record.received_at});
        record_of_row.push_back(i);
    }
    auto transformed = contract::apply_transform(*contract, std::move(rows));
    for (contract::FailedRow& failed : transformed.failed)
        fail(records[record_of_row[failed.row]], std::move(failed.rejection));
    auto decoded = std::make_unique<Decoded>(std::move(transformed.rows));
    decoded->failures = std::move(failures);
    decoded->filtered = std::move(transformed.filtered);
    return decoded;
}

}  // namespace

Batch::Batch(Position from, stream::ReadBatch read) : from_(from), read_(std::move(read)) {
    bytes_ = read_.records.size() * sizeof(stream::Record);
    // What was read, and its columns.
    for (const stream::Record& record : read_.records) bytes_ += 2 * record.value.size();
}

const Decoded& Batch::decoded(const std::shared_ptr<const contract::Contract>& contract) const {
    std::call_once(decode_once_, [&] { decoded_ = decode(read_.records, contract); });
    return *decoded_;
}

// Held while reading: sinks that come together must get one batch, not one each.
Result<std::shared_ptr<const Batch>> BatchReader::read(const std::string& sink, Position from) {
    std::lock_guard lock(mutex_);
    sinks_[sink] = from;
    drop_passed();
    const auto known = kept_.find(from);
    if (known != kept_.end()) return known->second;
    auto batch = std::make_shared<const Batch>(
        from, TRY(stream_.read(from, {.records_max = records_wanted(from), .bytes_max = 8u << 20}))
    );
    if (batch->next() > from) keep(batch);
    return batch;
}

// Up to where others began or ended a batch: from there on it is shared with them.
std::size_t BatchReader::records_wanted(Position from) const {
    Position until = from + static_cast<std::int64_t>(records_max_);
    auto after = kept_.upper_bound(from);
    if (after != kept_.end()) until = std::min(until, after->first);
    if (after != kept_.begin() && std::prev(after)->second->next() > from)
        until = std::min(until, std::prev(after)->second->next());
    return static_cast<std::size_t>(until.value - from.value);
}

void BatchReader::keep(std::shared_ptr<const Batch> batch) {
    kept_bytes_ += batch->bytes();
    kept_.emplace(batch->from(), std::move(batch));
    while (kept_bytes_ > kept_bytes_max_) drop(kept_.begin());
}

// A sink that stands before the first batch that is kept has fallen behind, and holds none back.
void BatchReader::drop_passed() {
    if (kept_.empty()) return;
    std::optional<Position> needed;
    for (const auto& [sink, at] : sinks_) {
        if (at >= kept_.begin()->first) needed = std::min(needed.value_or(at), at);
    }
    for (auto batch = kept_.begin(); needed && batch != kept_.end();)
        batch = batch->second->next() <= *needed ? drop(batch) : std::next(batch);
}

BatchReader::Kept::iterator BatchReader::drop(Kept::iterator batch) {
    kept_bytes_ -= batch->second->bytes();
    return kept_.erase(batch);
}

}  // namespace tradewind::deliver
