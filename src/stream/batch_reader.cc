#include "stream/batch_reader.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "stream/block_scanner.h"
#include "stream/checked_text.h"
#include "stream/stream_limits.h"

namespace tradewind::stream {

namespace {

constexpr const char* damaged_blocks = "damaged blocks";

// What a sound block's reader says: go on with the next block, or that is enough.
enum class Next { Block, Stop };

struct BlockVisitor {
    BlockScanner::Wanted wanted;                             // whose bodies are read
    std::function<Next(const BlockScanner& scanner)> visit;  // each wanted block
    std::function<void(const BlockSource& source, ByteRange range)> on_damage;  // besides the log
};

// Walks the log from a source on, over all segments, until the visitor has enough.
Result<void> walk(
    SegmentStore& store,
    DamageLog& damage,
    std::optional<BlockSource> source,
    std::size_t chunk_bytes,
    const BlockVisitor& visitor
) {
    for (; source; source = TRY(store.source_after(source->identity.segment_id))) {
        BlockScanner scanner(*source->file, source->identity, source->range, chunk_bytes);
        for (;;) {
            const BlockScanner::Step step = TRY(scanner.next(visitor.wanted));
            if (step == BlockScanner::Step::End) break;
            if (step != BlockScanner::Step::Block) {
                damage.quarantine(
                    *source->file, source->file_name, scanner.damage(), damaged_blocks
                );
                if (visitor.on_damage) visitor.on_damage(*source, scanner.damage());
                continue;
            }
            // Every block has a record, so that an empty body is one that was not wanted.
            if (scanner.body().empty()) continue;
            if (visitor.visit(scanner) == Next::Stop) return {};
        }
    }
    return {};
}

// Owns what the records' views point into.
struct BatchMemory {
    std::vector<std::shared_ptr<const std::string>> chunks;
    std::deque<std::string> request_ids;
};

// Collects records until a limit is reached.
class Collector {
public:
    explicit Collector(ReadLimits limits)
        : limits_(limits), memory_(std::make_shared<BatchMemory>()) {}

    bool full() const {
        return !records_.empty() &&
               (records_.size() >= limits_.records_max || bytes_ >= limits_.bytes_max);
    }

    // The block's records that `take` picks. False: full before its end.
    template <typename Take>
    bool add_block(const BlockScanner& scanner, Take take) {
        keep(scanner.memory());
        BodyReader body(scanner.header(), scanner.body());
        while (body.next_request()) {
            std::string_view request_id;
            while (body.next_record()) {
                if (!take(body.record())) continue;
                if (!fits(body.record())) return false;
                if (request_id.empty()) request_id = id_of(body.request());
                records_.push_back(body.record());
                records_.back().request_id = request_id;
                bytes_ += size_of(body.record());
            }
        }
        return true;
    }

    // A large block that is not begun need not be read now and once more by the next read.
    bool leaves_for_next(const BlockHeader& header) const {
        return !records_.empty() && header.body_bytes > read_chunk_bytes &&
               bytes_ + header.body_bytes > limits_.bytes_max;
    }

    const std::vector<Record>& records() const { return records_; }

    ReadBatch finish(Position next) && {
        return ReadBatch{std::move(records_), next, std::move(memory_)};
    }

private:
    static std::size_t size_of(const Record& record) {
        return record.key.size() + record.value.size() + record.reason.size();
    }
    // At least one record, whatever the limits: a reader must get ahead.
    bool fits(const Record& record) const {
        if (records_.empty()) return true;
        return records_.size() < limits_.records_max &&
               bytes_ + size_of(record) <= limits_.bytes_max;
    }
    void keep(std::shared_ptr<const std::string> chunk) {
        if (memory_->chunks.empty() || memory_->chunks.back() != chunk) {
            memory_->chunks.push_back(std::move(chunk));
        }
    }
    std::string_view id_of(const StoredRequest& request) {
        memory_->request_ids.push_back(hex64(static_cast<std::uint64_t>(request.first.value)));
        return memory_->request_ids.back();
    }

    ReadLimits limits_;
    std::shared_ptr<BatchMemory> memory_;
    std::vector<Record> records_;
    std::size_t bytes_ = 0;
};

// Small reads take small pieces; the floor holds a few blocks of single records.
std::size_t chunk_for(ReadLimits limits) {
    return std::clamp<std::size_t>(limits.bytes_max, index_gap_bytes, read_chunk_bytes);
}

Error no_longer_there(const std::string& what, std::int64_t wanted, std::int64_t oldest) {
    return Error(
               ErrorCode::NotFound, what + " " + std::to_string(wanted) + " is no longer retained"
    )
        .with_detail("The oldest " + what + " is " + std::to_string(oldest) + ".");
}

Error beyond_end(Position from, Position end) {
    return Error(
               ErrorCode::Corruption,
               "position " + std::to_string(from.value) + " lies beyond the end of the stream"
    )
        .with_detail(
            "The log ends at position " + std::to_string(end.value) +
            ": what was read up to there is gone, or it was another log."
        )
        .with_hint("Restore the stream, or rebuild the reader from the stream's start.");
}

}  // namespace

Result<ReadBatch> read_records(
    SegmentStore& store, DamageLog& damage, Position from, ReadLimits limits
) {
    const Position oldest = store.first().position;
    if (from < oldest) return no_longer_there("position", from.value, oldest.value);
    const Position end = store.end().position;
    if (from > end) return beyond_end(from, end);
    Collector collector(limits);
    Position next = from;
    bool stopped = false;
    BlockVisitor visitor;
    visitor.wanted = [&](const BlockHeader& header) { return header.end() > from; };
    visitor.visit = [&](const BlockScanner& scanner) {
        stopped = collector.full() || collector.leaves_for_next(scanner.header()) ||
                  !collector.add_block(scanner, [&](const Record& record) {
                      return record.position >= from;
                  });
        if (!stopped) next = scanner.header().end();
        return stopped ? Next::Stop : Next::Block;
    };
    TRY(walk(store, damage, TRY(store.source_for(from)), chunk_for(limits), visitor));
    // Stopped: behind the last record taken, of which there is one. Else whatever is missing up to
    // the end is damaged, and told of.
    next = stopped ? collector.records().back().position + 1 : std::max(next, end);
    return std::move(collector).finish(next);
}

Result<ReadBatch> read_partition_records(
    SegmentStore& store, DamageLog& damage, PartitionId partition, Offset from, ReadLimits limits
) {
    const Offset oldest = store.first().offset(partition);
    if (from < oldest) return no_longer_there("offset", from.value, oldest.value);
    const LogPoint end = store.end();
    Collector collector(limits);
    Position next = end.position;
    if (from >= end.offset(partition)) return std::move(collector).finish(next);
    const auto slice = [&](const BlockHeader& header) {
        return header.partitions[static_cast<std::size_t>(partition.value)];
    };
    BlockVisitor visitor;
    visitor.wanted = [&](const BlockHeader& header) {
        return slice(header).count > 0 && slice(header).base + slice(header).count > from;
    };
    visitor.visit = [&](const BlockScanner& scanner) {
        const bool whole = !collector.full() && !collector.leaves_for_next(scanner.header()) &&
                           collector.add_block(scanner, [&](const Record& record) {
                               return record.kind == RecordKind::Accepted &&
                                      record.partition == partition && record.offset >= from;
                           });
        if (!whole) next = collector.records().back().position + 1;
        return whole ? Next::Block : Next::Stop;
    };
    TRY(walk(store, damage, TRY(store.source_for(partition, from)), chunk_for(limits), visitor));
    return std::move(collector).finish(next);
}

Result<Offset> find_offset_at(
    SegmentStore& store, DamageLog& damage, PartitionId partition, Timestamp at
) {
    std::optional<Offset> found;
    BlockVisitor visitor;
    visitor.wanted = [&](const BlockHeader& header) { return header.last_received_at >= at; };
    visitor.visit = [&](const BlockScanner& scanner) {
        const BlockHeader& header = scanner.header();
        if (header.first_received_at >= at) {
            // From here on every record qualifies, and this is the number of the next one.
            found = header.begin_point().offset(partition);
            return Next::Stop;
        }
        BodyReader body(header, scanner.body());
        while (!found && body.next_request()) {
            if (body.request().received_at >= at) found = body.point().offset(partition);
        }
        return found ? Next::Stop : Next::Block;
    };
    const Offset end = store.end().offset(partition);
    TRY(walk(store, damage, TRY(store.source_for(at)), index_gap_bytes, visitor));
    return found.value_or(end);
}

Result<VerifiedBlocks> verify_blocks(SegmentStore& store, DamageLog& damage) {
    VerifiedBlocks found;
    std::vector<std::string>& lines = found.damage;
    lines = TRY(store.verify_footers());
    // What comes in while this reads is not looked for.
    const Position end = store.end().position;
    Position expected = store.first().position;
    const auto passed_to = [&](Position begin) {
        if (begin.value > expected.value) found.lost_count += begin.value - expected.value;
    };
    BlockVisitor visitor;
    visitor.visit = [&](const BlockScanner& scanner) {
        passed_to(scanner.header().base);
        expected = scanner.header().end();
        BodyReader body(scanner.header(), scanner.body());
        while (body.next_request()) {
        }
        // Its checksum is right, so that it was written like this.
        if (!body.complete()) {
            lines.push_back(
                "the block at position " + std::to_string(scanner.header().base.value) +
                " does not hold what its header says"
            );
        }
        return Next::Block;
    };
    visitor.on_damage = [&](const BlockSource& source, ByteRange range) {
        lines.push_back(
            source.file_name + ": " + std::to_string(range.bytes) + " damaged bytes at " +
            std::to_string(range.offset)
        );
    };
    TRY(walk(store, damage, TRY(store.source_for(Position(0))), read_chunk_bytes, visitor));
    passed_to(end);
    return found;
}

}  // namespace tradewind::stream
