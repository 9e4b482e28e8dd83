// One import from where its record says it is to its end: hash, identity, kept original, load; or
// what was begun is taken back.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "importer/attention.h"
#include "importer/loading.h"
#include "importer/records.h"
#include "os/clock.h"
#include "os/filesystem.h"

namespace tradewind::importer {

struct RunParts {
    const ImportSettings* settings = nullptr;
    Records* records = nullptr;
    deliver::Delivery* delivery = nullptr;
    const OpenFile* open_file = nullptr;
    os::Filesystem* files = nullptr;
    os::Clock* clock = nullptr;
    Attention* attention = nullptr;
    Progress* progress = nullptr;
};

class ImportRun {
public:
    ImportRun(RunParts parts, Record record) : parts_(parts), record_(std::move(record)) {}

    // As far as it goes; the record, durable as it stands, says how far that was: still Running
    // when the importer stops. Cancelled: the importer stops and the record could not be written.
    Result<void> run();
    // After an error: somebody cancelled the import while its record could not be written, so the
    // one on the medium says that it is to go on. Why it could not.
    const std::optional<Error>& given_up() const { return given_up_; }
    const Record& record() const { return record_; }
    int retry_count() const { return retry_count_; }

private:
    struct Ended {
        ImportState state = ImportState::Failed;
        std::string message;
    };
    // Nothing: go on.
    using Verdict = Result<std::optional<Ended>>;

    Result<void> begin();
    Verdict prepare();
    Verdict identify();
    Verdict decide();
    Result<std::optional<std::int64_t>> version_of(const Import& delivered) const;
    Verdict keep();
    Verdict check_kept(const std::string& path);
    Result<void> check_unchanged();
    Attempt load();

    Result<void> settle(const AttemptFailure& failure);
    Result<void> end(ImportState state, std::string message);
    Result<void> take_back();
    Result<void> succeed(const Loaded& loaded);
    Result<void> finish(ImportState state, std::string message);
    Result<void> stop_half_way(std::string message);
    Result<void> save();
    std::int64_t pause_us(bool cancelled) const;
    bool retry(const Error& error);

    bool takes_snapshots() const;
    deliver::LoadTicket ticket() const;
    std::string readable(const std::string& original) const;
    std::string as_delivered(std::string message) const;

    const RunParts parts_;
    Record record_;
    bool resumed_ = false;  // a process before this one, or an earlier run, began it
    bool touched_ = false;  // rows of it may have been delivered
    int retry_count_ = 0;
    std::optional<Error> given_up_;
    std::optional<os::FileInfo> hashed_;  // the delivered file when it was hashed
};

}  // namespace tradewind::importer
