// What a version learnt from and was measured on, kept beside what it said of it: the distribution
// that later rows and scores are compared with (checks of drift).
#pragma once

#include <string>
#include <vector>

#include "model/kinds.h"

namespace tradewind::model {

// InvalidArgument: one of the columns of the features has a name, in whatever letters, that a table
// which the training writes has of its own. Asked before anything is learnt.
Result<void> check_names(const ModelSpec& spec, const std::vector<std::string>& columns);
Result<void> check_made_columns(PinnedTables& tables, const ModelSpec& spec);

// Some rows of the model's features, the same ones each time, become learning.learnt_rows with
// their codes and whether they were held out; the answer is what the version says of each.
Result<std::vector<float>> score_learnt_rows(
    const Training& training, const StoredVersion& version
);
const catalog::TableName& learnt_rows_name();

}  // namespace tradewind::model
