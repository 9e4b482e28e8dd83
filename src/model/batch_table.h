// The lists of all users as a table of the lake, <package>.recommendations: one partition for each
// list, replaced whole when a version is promoted by its training.
#pragma once

#include "model/lists.h"
#include "model/model.h"
#include "model/pinned_tables.h"

namespace tradewind::model {

// Published with one commit; the codes' tables must be in the work (shop.h).
Result<void> write_lists(
    const ModelParts& parts,
    PinnedTables& tables,
    const ModelSpec& spec,
    const Lists& lists,
    std::int64_t version
);

// Probabilities of rows by their codes (learning.row_codes, which must be in the work) as the table
// <package>.<model>_scores.
Result<void> write_scores(
    const ModelParts& parts,
    PinnedTables& tables,
    const ModelSpec& spec,
    const std::vector<float>& scores,
    std::int64_t version
);

// What was learnt from and measured on, with what the version says of it (learnt_rows.h), as the
// table <package>.<model>_learnt.
Result<void> write_learnt(
    const ModelParts& parts,
    PinnedTables& tables,
    const ModelSpec& spec,
    const std::vector<float>& scores,
    std::int64_t version
);

// Which tables a model writes, and where they lie in the lake.
bool has_lists(const ModelSpec& spec);
bool has_learnt(const ModelSpec& spec);
catalog::TableName recommendations_table(const ModelSpec& spec);
catalog::TableName scores_table(const ModelSpec& spec);
catalog::TableName learnt_table(const ModelSpec& spec);
std::string made_dataset(const catalog::TableName& name);

// SQL sees what the lake has. What cannot be shown is logged.
void show_lists(const ModelParts& parts);

}  // namespace tradewind::model
