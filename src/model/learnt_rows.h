// What a version learnt from and was measured on, kept beside what it said of it: the distribution
// that later rows and scores are compared with (checks of drift).
#pragma once

#include <vector>

#include "model/kinds.h"

namespace tradewind::model {

// Some rows of the model's features, the same ones each time, become learning.learnt_rows with
// their codes and whether they were held out; the answer is what the version says of each.
// InvalidArgument: the features have a column of a name that the table needs.
Result<std::vector<float>> score_learnt_rows(
    const Training& training, const StoredVersion& version
);
const catalog::TableName& learnt_rows_name();

}  // namespace tradewind::model
