// What a commit makes of the version before it; nothing is written yet.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "lake/file_list.h"
#include "lake/lake.h"

namespace tradewind::lake {

struct CommitPlan {
    Version next;
    FileChunk added;
    std::vector<std::string> removed;
};

// InvalidArgument: a path or text that cannot stand in a version file; Conflict: the commit does
// not fit the base.
Result<CommitPlan> plan_commit(
    const Version& base, const Commit& commit, std::int64_t number, Timestamp now
);

// From the version that `aside` makes of the base back to the base, as the version after it.
CommitPlan plan_way_back(const Version& base, const CommitPlan& aside);

}  // namespace tradewind::lake
