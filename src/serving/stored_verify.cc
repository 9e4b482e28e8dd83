// Serving tables are derived: what is damaged is kept aside, and built again from the lake and the
// streams.
#include "base/log.h"
#include "os/filesystem.h"
#include "serving/key.h"
#include "serving/stored_serving.h"

namespace tradewind::serving {

Result<std::string> Serving::start_over() {
    return Error(ErrorCode::InvalidArgument, "these serving tables are not kept on a disk");
}

Result<void> StoredServing::verify() {
    return store_->verify();
}

// No definition is written: should the program end before the rebuild, the tables count as new ones
// that have missed rows.
Result<std::string> StoredServing::start_over() {
    const std::lock_guard lock(writing_);
    // First of all: an empty table must not pass for one that knows no such key.
    for (auto& [name, table] : tables_) table.stale = true;
    const std::string aside =
        os::join(quarantine_folder_, "serving-" + std::to_string(clock_->now().micros));
    TRY(store_->start_over(aside));
    TRY(check_format());
    log::error("serving store is damaged and was set aside", {{"to", aside}});
    return aside;
}

}  // namespace tradewind::serving
