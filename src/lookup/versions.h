// Which version a table has now, and one version of it to read, whatever is published meanwhile.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "lookup/lookup.h"

namespace tradewind::lookup {

struct PinnedTable {
    std::int64_t version = 0;
    std::shared_ptr<lake::Pin> pin;  // outlives the work; none of a crawled table
    std::unique_ptr<engine::Work> work;
};

// One thread.
class Versions {
public:
    Versions(const HoldParts& parts, std::int64_t read_timeout_us)
        : parts_(parts), read_timeout_us_(read_timeout_us) {}

    // 0: there is none. Asked of every table many times a minute, so it costs little.
    Result<std::int64_t> now(const catalog::TableName& table);
    // The newest version of a table that has one.
    Result<PinnedTable> open(const catalog::TableName& table);

private:
    const HoldParts& parts_;
    const std::int64_t read_timeout_us_;
    std::map<catalog::TableName, std::string> datasets_;  // empty: crawled
};

}  // namespace tradewind::lookup
