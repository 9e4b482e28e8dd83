// Serving is derived: fills a source's tables again from the raw table's files, when they do not
// hold what they should. The stream brings what is newer.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "deliver/deliver.h"
#include "deliver/raw_table.h"

namespace tradewind::deliver {

// One call at a time; settled(): any thread.
class ServingRebuild {
public:
    ServingRebuild(const DeliveryParts& parts, RawTable& table) : parts_(parts), table_(table) {}

    // The tables may be written to. Until then nothing may go on: they may be empty or half full.
    bool settled() const { return settled_; }
    // Rebuilds when the store was lost (it knows nothing of rows that the table's files hold), when
    // a rebuild was interrupted, or when a table's definition changed. Settled when it is ok.
    Result<void> run_if_due();
    // In any case. After a failure it is due.
    Result<void> run();

private:
    Result<bool> needed();
    Result<void> set_aside_damaged();
    Result<void> fill();
    Result<void> mark(const std::string& cursor, std::int64_t value);
    Result<void> apply_file(const lake::DataFile& file, std::int64_t& batch_count);
    const std::string& source() const { return parts_.contract->name(); }

    const DeliveryParts& parts_;
    RawTable& table_;
    bool begun_ = false;  // and not ended
    std::atomic<bool> settled_{false};
};

}  // namespace tradewind::deliver
