// What an asset's next version will be: files that nobody sees yet.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "catalog/catalog.h"
#include "lake/lake.h"
#include "pipeline/pipeline.h"

namespace tradewind::pipeline {

// Files that were written for the next version, and what else it changes. Those not committed are
// given back when it goes.
class Draft {
public:
    explicit Draft(lake::Lake& lake) : lake_(lake) {}
    ~Draft();
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    void committed() { committed_ = true; }

    lake::Commit commit;
    std::vector<catalog::Column> columns;
    json::Value state;  // Files: the batches (see batches.h)
    std::int64_t rows_in = 0;
    std::int64_t rows_made = 0;  // in files that came out as they were, too
    // Its rows come by these columns, file after file in the order of their "part".
    std::vector<std::string> sorted_by;

private:
    lake::Lake& lake_;
    bool committed_ = false;
};

// Made and checked, to be committed.
struct Prepared {
    const Asset* asset = nullptr;
    std::shared_ptr<lake::Pin> base;  // the version that it changes
    std::unique_ptr<Draft> draft;
    catalog::Provenance provenance;
};

// One commit. Conflict: somebody else has changed the table meanwhile.
Result<lake::Version> commit(lake::Lake& lake, std::int64_t run, Prepared& prepared);
// Tells the outcome what was published.
void tell_published(const Prepared& prepared, const lake::Version& made, AssetRun& outcome);

}  // namespace tradewind::pipeline
