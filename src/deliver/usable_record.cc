#include "deliver/usable_record.h"

#include <string_view>
#include <utility>

namespace tradewind::deliver {

Result<std::string> usable_record_key(
    const std::shared_ptr<const contract::Contract>& contract, const std::string& record
) {
    const auto decoder = contract::make_decoder(contract);
    RowBatch rows(contract->columns());
    std::string padded = record;
    padded.append(contract::record_padding, '\0');
    const auto rejection =
        decoder->decode_json(std::string_view(padded).substr(0, record.size()), rows);
    if (rejection) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "the record still breaks the contract of " + contract->name() + ": " +
                       rejection->reason
        )
            .with_hint("Send a repaired record with the replay.");
    }
    std::string key(decoder->partition_key());
    rows.commit_row({});
    const auto transformed = contract::apply_transform(*contract, std::move(rows));
    if (transformed.failed.empty()) return key;
    return Error(
               ErrorCode::InvalidArgument,
               "the record would fail again in the transform of " + contract->name() + ": " +
                   transformed.failed.front().rejection.reason
    )
        .with_hint("Send a repaired record with the replay, or mend the transform.");
}

}  // namespace tradewind::deliver
