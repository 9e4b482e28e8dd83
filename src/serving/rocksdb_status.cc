#include "serving/rocksdb_adapter.h"

namespace tradewind::serving {

namespace {

// A write that waited for a flush which found the disk full comes back as Incomplete, with the
// cause in its text only.
bool disk_is_full(const rocksdb::Status& status) {
    return status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit ||
           (status.IsIncomplete() &&
            status.ToString().find("No space left on device") != std::string::npos);
}

ErrorCode code_of(const rocksdb::Status& status) {
    if (status.IsCorruption()) return ErrorCode::Corruption;
    if (status.IsMemoryLimit() || disk_is_full(status)) return ErrorCode::ResourceExhausted;
    if (status.IsBusy() || status.IsTimedOut() || status.IsTryAgain() || status.IsIncomplete()) {
        return ErrorCode::Unavailable;
    }
    if (status.IsShutdownInProgress()) return ErrorCode::Cancelled;
    return ErrorCode::Io;
}

const char* hint_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::Corruption:
            return "Move the serving folder away and rebuild the tables; they are made from other "
                   "data.";
        case ErrorCode::ResourceExhausted:
            return "Free space on the disk of the serving folder; what was sent is kept and "
                   "applied then.";
        default:
            return "";
    }
}

}  // namespace

Error to_error(const rocksdb::Status& status, const std::string& action) {
    const ErrorCode code = code_of(status);
    return Error(code, action + " failed in the serving store")
        .with_detail("RocksDB says: " + status.ToString() + ".")
        .with_hint(hint_of(code));
}

}  // namespace tradewind::serving
