#include "stream/segment_scan.h"

#include "stream/stored_answer.h"
#include "stream/stream_limits.h"

namespace tradewind::stream {

namespace {

AppendAnswer answer_between(
    const StoredRequest& request, const LogPoint& from, const LogPoint& to
) {
    AppendAnswer answer;
    answer.accepted = request.accepted;
    answer.rejected = request.rejected;
    for (std::size_t i = 0; i < from.offsets.size(); ++i) {
        if (from.offsets[i] == to.offsets[i]) continue;
        const PartitionId partition(static_cast<std::int32_t>(i));
        answer.offsets.push_back({partition, from.offsets[i], to.offsets[i] + -1});
    }
    return answer;
}

}  // namespace

bool collect_keys(const BlockHeader& header, std::string_view body, std::string& keys) {
    BodyReader reader(header, body);
    while (reader.next_request()) {
        const LogPoint before = reader.point();
        while (reader.next_record()) {
        }
        if (reader.request().idempotency_key.empty()) continue;
        StoredAnswer stored;
        stored.key = key_fingerprint_of(reader.request().idempotency_key);
        stored.body = fingerprint_of(reader.request().body_hash);
        stored.received_at = reader.request().received_at;
        stored.answer = answer_between(reader.request(), before, reader.point());
        encode_stored_answer(keys, stored);
    }
    return reader.complete();
}

Result<ScanResult> scan_segment(os::File& file, const ScanRequest& request) {
    ScanResult result{
        Footer{SegmentSummary(), BlockIndex(request.identity.partition_count), {}}, {}, {}, {}
    };
    SegmentSummary& summary = result.content.summary;
    summary.id = request.identity.segment_id;
    summary.begin = summary.end = request.begin;
    summary.data_begin = summary.data_end = request.range.offset;
    BlockScanner scanner(file, request.identity, request.range, read_chunk_bytes);
    for (;;) {
        const BlockScanner::Step step = TRY(scanner.next());
        if (step == BlockScanner::Step::End || step == BlockScanner::Step::Tail) break;
        if (step == BlockScanner::Step::Damage) {
            result.damage.push_back(scanner.damage());
            continue;
        }
        const BlockHeader& header = scanner.header();
        if (request.stop_at && header.base >= *request.stop_at) break;
        std::string keys;
        if (!collect_keys(header, scanner.body(), keys)) {
            result.damage.push_back({header.file_offset, header.total_bytes()});
            continue;
        }
        result.content.keys += keys;
        result.content.index.add(header);
        if (request.begin_guessed && !summary.has_records()) summary.begin = header.begin_point();
        extend(summary, header);
        result.last_block = {header.file_offset, header.total_bytes()};
    }
    result.tail = {summary.data_end, request.range.end() - summary.data_end};
    // Damage behind the last sound block belongs to the tail.
    while (!result.damage.empty() && result.damage.back().offset >= summary.data_end) {
        result.damage.pop_back();
    }
    summary.file_bytes = request.range.end();
    return result;
}

}  // namespace tradewind::stream
