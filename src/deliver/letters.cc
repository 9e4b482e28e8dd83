#include "deliver/letters.h"

#include <atomic>
#include <memory>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

namespace tradewind::deliver {

namespace {

void add_failures(
    const std::shared_ptr<const contract::Contract>& contract,
    const Batch& batch,
    std::vector<DeadLetter>& letters
) {
    for (const Failure& failure : batch.decoded(contract).failures)
        letters.push_back(letter_of_delivery(contract->name(), failure));
}

}  // namespace

const char* to_string(LetterState state) {
    switch (state) {
        case LetterState::Open:
        case LetterState::Replaying:
            return "open";
        case LetterState::Replayed:
            return "replayed";
        case LetterState::Discarded:
            return "discarded";
    }
    return "open";
}

DeadLetter letter_of_door(const std::string& source, const stream::Record& rejected) {
    DeadLetter letter;
    letter.id = source + "/request/" + std::string(rejected.request_id) + "/" +
                std::to_string(rejected.index);
    letter.source = source;
    letter.stage = "door";
    letter.type = rejected.reason_type;
    letter.reason = rejected.reason;
    letter.original = rejected.value;
    letter.captured_at = rejected.received_at;
    return letter;
}

DeadLetter letter_of_delivery(const std::string& source, const Failure& failure) {
    DeadLetter letter;
    letter.id = source + "/" + std::to_string(failure.partition.value) + "/" +
                std::to_string(failure.offset.value);
    letter.source = source;
    letter.stage = "delivery";
    letter.type = failure.rejection.type;
    letter.reason = failure.rejection.reason;
    letter.original = failure.original;
    letter.captured_at = failure.received_at;
    return letter;
}

DeadLetter letter_of_import(
    const std::string& source, const LoadTicket& ticket, const RejectedRow& row
) {
    DeadLetter letter;
    // By row: a line may hold many records.
    letter.id = "import/" + std::to_string(ticket.origin.value) + "/" + std::to_string(row.row);
    letter.source = source;
    letter.stage = "import";
    letter.type = row.rejection.type;
    letter.reason = row.rejection.reason;
    letter.original = row.original;
    letter.record = row.record;
    letter.captured_at = ticket.received_at;
    letter.file = ticket.identity;
    letter.line = row.line;
    return letter;
}

std::vector<DeadLetter> letters_of(
    const std::shared_ptr<const contract::Contract>& contract, const Batch& batch
) {
    std::vector<DeadLetter> letters;
    for (const stream::Record& record : batch.records()) {
        if (record.kind == stream::RecordKind::Rejected)
            letters.push_back(letter_of_door(contract->name(), record));
    }
    add_failures(contract, batch, letters);
    return letters;
}

std::string to_json_line(const DeadLetter& letter) {
    std::string line;
    json::Writer writer(line);
    const bool text = valid_utf8(letter.original);
    writer.begin_object();
    const auto member = [&](std::string_view name, std::string_view value) {
        writer.key(name);
        writer.string(value);
    };
    member("id", letter.id);
    member("captured_at", format_iso(letter.captured_at));
    member("stage", letter.stage);
    member("type", letter.type);
    member("reason", letter.reason);
    member("original", text ? letter.original : base64_encode(letter.original));
    member("original_encoding", text ? "utf-8" : "base64");
    if (!letter.record.empty() && letter.record != letter.original) member("record", letter.record);
    if (!letter.file.empty()) {
        member("file", letter.file);
        writer.key("line");
        writer.number(letter.line);
    }
    writer.end_object();
    return line;
}

bool key_was_used(stream::Stream* stream, const std::string& key) {
    if (stream == nullptr) return false;
    // One that is under way is answered later, when this call is over, and is not used yet.
    const auto used = std::make_shared<std::atomic<bool>>(false);
    stream->find_answer(key, "", [used](const Result<stream::AppendAnswer>& answer) {
        // Conflict: by another body than none.
        *used = answer.ok() || answer.error().code() == ErrorCode::Conflict;
    });
    return *used;
}

std::string errors_dataset(const std::string& source) {
    return "raw/" + source + "/errors";
}

}  // namespace tradewind::deliver
