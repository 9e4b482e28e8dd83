// Letters made of what could not be used, one maker for each stage.
#pragma once

#include <string>
#include <vector>

#include "deliver/batch.h"
#include "deliver/deliver.h"

namespace tradewind::deliver {

DeadLetter letter_of_door(const std::string& source, const stream::Record& rejected);
DeadLetter letter_of_delivery(const std::string& source, const Failure& failure);
DeadLetter letter_of_import(
    const std::string& source, const LoadTicket& ticket, const RejectedRow& row
);

// All letters of a batch, in the order of its records.
std::vector<DeadLetter> letters_of(
    const std::shared_ptr<const contract::Contract>& contract, const Batch& batch
);

// A letter as one JSON line of the errors folder: id, captured_at, stage, type, reason, original
// (text, or base64 with original_encoding when it is no UTF-8), and where the original is no record
// but could be taken apart, record: what a replay sends.
std::string to_json_line(const DeadLetter& letter);

// Did a request with that key go in? False without a stream. Where letters were lost, this tells
// which of them were replayed.
bool key_was_used(stream::Stream* stream, const std::string& key);

// "raw/<source>/errors"
std::string errors_dataset(const std::string& source);

}  // namespace tradewind::deliver
