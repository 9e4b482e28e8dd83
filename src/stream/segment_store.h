// The durable log as readers see it: which segments there are, what they hold, where to begin
// reading. The committer adds to it only what is on the medium. Any thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "os/filesystem.h"
#include "stream/damage_log.h"
#include "stream/segment_format.h"

namespace tradewind::stream {

// The blocks of one segment, from a place on.
struct BlockSource {
    std::shared_ptr<os::File> file;
    std::string file_name;
    SegmentIdentity identity;
    ByteRange range;
};

struct StoreSettings {
    std::string folder;
    std::uint64_t stream_id = 0;
    int partition_count = 0;
};

struct ActiveSegment {
    std::shared_ptr<os::File> file;
    Footer content;
};

class SegmentStore {
public:
    SegmentStore(
        os::Filesystem& files,
        StoreSettings settings,
        DamageLog& damage,
        std::vector<SegmentSummary> sealed,
        std::optional<ActiveSegment> active,
        LogPoint end
    );

    // --- The committer's side: one thread.
    void begin_active(std::shared_ptr<os::File> file, const SegmentHeader& header);
    // The block is durable: readers may have it. Wakes those that wait.
    void publish(const BlockHeader& block, std::string_view keys);
    // The content of the active segment so far. Only publish and end_active change it.
    const Footer& active_content() const { return active_->content; }
    // No block follows in it. `file_bytes`: its size on the disk. One without records is forgotten.
    void end_active(std::uint64_t file_bytes);
    // What follows begins there: numbers below were given out, though what had them is gone.
    void raise_to(const LogPoint& end);
    // Wakes all that wait, for good.
    void stop();

    // --- Readers.
    LogPoint first() const;
    LogPoint end() const;
    bool wait_for(Position position, std::int64_t timeout_us);

    // Where to begin reading for what is looked for; nothing when it lies at the end or beyond.
    Result<std::optional<BlockSource>> source_for(Position position);
    Result<std::optional<BlockSource>> source_for(PartitionId partition, Offset offset);
    Result<std::optional<BlockSource>> source_for(Timestamp received_at);
    // The whole next segment.
    Result<std::optional<BlockSource>> source_after(std::uint64_t segment_id);

    struct Totals {
        std::int64_t accepted_count = 0;
        std::uint64_t bytes = 0;
        int segment_count = 0;
    };
    Totals totals() const;

    // --- Retention and verification.
    // Sealed segments, oldest first.
    std::vector<SegmentSummary> sealed() const;
    // The answers that the sealed segment holds, encoded.
    Result<std::string> keys_of(const SegmentSummary& segment);
    // One line for each sealed segment whose footer is damaged.
    Result<std::vector<std::string>> verify_footers();
    // Readers that have it open may finish; nobody finds it any more.
    void drop_oldest();

private:
    struct Loaded {
        std::uint64_t id = 0;
        std::shared_ptr<os::File> file;
        std::shared_ptr<const BlockIndex> index;
    };

    // Which segment to take, given for which of the first ones a condition holds.
    enum class Choose { LastBefore, FirstAfter };
    template <typename Before, typename StartFor>
    Result<std::optional<BlockSource>> find(Before before, Choose choose, StartFor start_for);
    template <typename StartFor>
    BlockSource active_source(StartFor start_for) const;
    template <typename StartFor>
    Result<std::optional<BlockSource>> sealed_source(
        const SegmentSummary& segment, StartFor start_for
    );
    Result<Loaded> load(const SegmentSummary& segment);
    Result<Footer> read_content(os::File& file, const SegmentSummary& segment, FooterParts parts);
    bool holds(std::uint64_t segment_id) const;
    SegmentIdentity identity_of(std::uint64_t segment_id) const;

    os::Filesystem& files_;
    const StoreSettings settings_;
    DamageLog& damage_;

    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable durable_;
    std::vector<std::shared_ptr<const SegmentSummary>> sealed_;
    std::optional<ActiveSegment> active_;
    LogPoint end_;
    bool stopped_ = false;

    std::mutex loaded_mutex_;  // guards the segments held open, the last used first
    std::list<Loaded> loaded_;
};

}  // namespace tradewind::stream
