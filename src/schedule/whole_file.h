// Whether a file is whole, from its bytes: packed ones are unpacked to the end, rows are counted
// where that is asked for.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::schedule {

struct FileVerdict {
    std::string fault;  // a clause: "is cut off"; empty: nothing speaks against it
    std::optional<std::int64_t> row_count;  // where it was asked for: without CSV's header
};

enum class CountRows { No, Lines, CsvBelowHeader };

// Reads the whole file when it is packed (by its content, not its name) or rows are to be counted.
// Cancelled when `give_up` is set meanwhile.
Result<FileVerdict> examine_file(
    os::Filesystem& files,
    const std::string& path,
    CountRows count,
    const std::atomic<bool>& give_up
);

}  // namespace tradewind::schedule
