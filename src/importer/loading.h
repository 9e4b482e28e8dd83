// One attempt at bringing a file's rows into its source's targets: a thread reads and decodes, the
// calling one delivers, so that two cores are busy and memory is bounded by the queue between them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "base/result.h"
#include "deliver/deliver.h"
#include "importer/attention.h"
#include "importer/file_rows.h"
#include "importer/importer.h"

namespace tradewind::importer {

// Where a running import is; read by any thread.
struct Progress {
    std::atomic<std::uint64_t> bytes_done{0};
    std::atomic<std::int64_t> row_count{0};
    std::atomic<std::int64_t> rejected_count{0};

    void reset() {
        bytes_done = 0;
        row_count = 0;
        rejected_count = 0;
    }
};

enum class Step { Open, Header, Read, Begin, Deliver, Commit };

// What stopped an attempt. Code Cancelled: attention was wanted.
struct AttemptFailure {
    Step step = Step::Open;
    Error error;
    std::optional<ReadAs> read_as{};  // nothing: it could not be opened
};

struct Loaded {
    deliver::LoadReport report;
    std::string first_reasons;  // of rows that could not be read: "line 2: …; line 3: …"
    std::optional<ReadAs> read_as{};
    // What was read otherwise than one might think: sheets that are left out, where the names of
    // the columns are from. Empty: nothing.
    std::string remark;
};

using Attempt = std::variant<Loaded, AttemptFailure>;

struct LoadingParts {
    deliver::Delivery* delivery = nullptr;
    const OpenFile* open_file = nullptr;
    std::string path;
    std::string delivered_from;  // where its sender has it, beside others of its kind perhaps
    engine::FileOptions options;
    BatchLimits limits;
    std::size_t queue_batches = 0;
    // Makes durable that publishing begins.
    std::function<Result<void>()> before_commit;
};

// Nothing is taken back when it fails: serving may hold some of the rows.
Attempt load_file(
    const LoadingParts& parts,
    const deliver::LoadTicket& ticket,
    Attention& attention,
    Progress& progress
);

}  // namespace tradewind::importer
