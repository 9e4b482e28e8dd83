// One attempt of a dump.
#pragma once

#include <string>
#include <vector>

#include "extract/session.h"

namespace tradewind::extract {

struct DumpTask {
    const Dump& dump;
    const Connection& connection;
    std::string folder;  // absolute
    std::string date;
    std::uint64_t disk_reserve_bytes = 0;
};

// The files that it made, which have their names now. On an error none of them has.
Result<std::vector<DumpedTable>> dump_once(const DumpTask& task, const SessionParts& parts);

}  // namespace tradewind::extract
