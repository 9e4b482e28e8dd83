// The durable records of imports: two tables in meta.sqlite (docs/ON_DISK.md). A change of
// a record is on the medium when the call returns.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "importer/importer.h"
#include "os/database.h"

namespace tradewind::importer {

// An import with what only the importer needs to know of it.
struct Record {
    Import import;
    std::string encoding;
    bool again = false;
    std::string original;  // the kept copy's path in the lake; empty: not kept yet
    // Decided, but its rows must be taken back first: never load it again.
    std::optional<ImportState> ending;
    // Its commit was begun: some targets may hold it, so it is never taken back, only finished.
    bool publishing = false;
    // Nothing is left to do. False for queued, running, and what stopped half-way.
    bool finished = false;
};

// Any thread.
class Records {
public:
    // Makes the tables where absent. Conflict: a newer version of the program made them.
    static Result<Records> open(os::Database& database);

    // Ids up to this one are never given again.
    Result<void> skip_ids(std::int64_t ids_used);
    Result<std::set<std::int64_t>> ids() const;
    // Makes the records that are missing.
    Result<void> restore(const std::vector<FoundImport>& found);
    // All or none; sets their ids.
    Result<void> add(std::vector<Record>& records);
    // Writes all of a record but what identifies it.
    Result<void> update(const Record& record);

    // NotFound.
    Result<Record> find(std::int64_t id) const;
    // Newest first.
    Result<std::vector<Record>> list(const std::optional<std::string>& source, std::int64_t limit)
        const;
    // Ids in their order.
    Result<std::vector<std::int64_t>> unfinished() const;

    // The delivery of that identity whose rows are in the tables now.
    Result<std::optional<Record>> current(const std::string& source, const std::string& identity)
        const;
    // The delivery that came from that path and is the current one of its identity.
    Result<std::optional<Record>> came_from(const std::string& source, const std::string& path)
        const;
    // The same bytes under another identity, in the tables now or half-way there. Files without any
    // rows do not count: two quiet days look alike.
    Result<std::optional<Record>> same_bytes(const Record& record) const;
    // An earlier delivery of the same identity that stopped half-way.
    Result<std::optional<Record>> unfinished_before(const Record& record) const;

private:
    explicit Records(os::Database& database) : database_(&database) {}
    Result<std::optional<Record>> first(
        const std::string& condition, const std::vector<os::SqlValue>& parameters
    ) const;

    os::Database* database_;
};

}  // namespace tradewind::importer
