// Which files were handed to the importer, durably: a table in meta.sqlite (docs/ON_DISK.md).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "os/database.h"

namespace tradewind::landing {

struct LandedFile {
    std::string name;  // below landing
    std::uint64_t size = 0;
    Timestamp modified_at;
};

// One thread.
class HandedOver {
public:
    static Result<HandedOver> open(os::Database& database);

    bool holds(const LandedFile& file) const;
    Result<void> add(const std::vector<LandedFile>& files);
    std::vector<std::string> names() const;
    Result<void> forget(const std::vector<std::string>& names);

private:
    struct State {
        std::uint64_t size = 0;
        std::int64_t modified_us = 0;
    };
    explicit HandedOver(os::Database& database) : database_(&database) {}

    os::Database* database_;
    std::map<std::string, State> files_;
};

}  // namespace tradewind::landing
