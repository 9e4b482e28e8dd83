#include "deliver/batch.h"

#include <unordered_map>
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

const Decoded& Batch::decoded(const std::shared_ptr<const contract::Contract>& contract) const {
    std::call_once(decode_once_, [&] { decoded_ = decode(read_.records, contract); });
    return *decoded_;
}

Result<std::shared_ptr<const Batch>> BatchReader::read(Position from) {
    // Held while reading: sinks that come together must get one batch, not one each.
    std::lock_guard lock(mutex_);
    for (const auto& batch : kept_) {
        if (batch->from() == from) return batch;
    }
    auto batch = std::make_shared<const Batch>(
        from, TRY(stream_.read(from, {.records_max = records_max_, .bytes_max = 8u << 20}))
    );
    if (batch->next() > from) {
        kept_.push_back(batch);
        if (kept_.size() > kept_max) kept_.pop_front();
    }
    return batch;
}

}  // namespace tradewind::deliver
