// The platform's own state as tables "system.<name>": snapshots that are replaced whole.
//
// They are no tables of the engine library: a schema named "system" clashes with its catalog of
// that name ("ambiguous reference"). It finds no table system.<name>, asks our replacement scan,
// and gets a table function that reads the snapshot. The scan hears only the bare name, which is
// enough: the gate lets no other unknown name through.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/row_batch.h"
#include "engine/duckdb_instance.h"
#include "engine/duckdb_source.h"

namespace tradewind::engine {

// Methods: any thread. Must outlive the instance.
class SystemTables {
public:
    Result<void> register_on(Instance& instance);
    Result<void> replace(const std::string& name, const RowBatch& rows);
    std::vector<std::string> names() const;

private:
    static void offer(duckdb_replacement_scan_info info, const char* name, void* self);
    std::shared_ptr<const RowBatch> find(std::string_view name) const;

    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const RowBatch>, std::less<>>
        tables_;  // names in lower case
};

}  // namespace tradewind::engine
