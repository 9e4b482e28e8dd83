// What the training and the evaluation of classify share.
#pragma once

#include <string>
#include <vector>

#include "model/buy_again.h"

namespace tradewind::model {

enum class Part { Learn, HeldOut };

// "schema"."table"
std::string quoted(const catalog::TableName& name);
// Which rows `t` of the table have a label and a time, and are of the part. Held out are the
// newest, from the time on that stands where the share begins; equal times are on one side.
std::string labelled_condition(const ModelSpec& spec, Part part);
// Those rows: the label, then the columns as DOUBLE.
std::string labelled_rows_sql(
    const ModelSpec& spec, const std::vector<std::string>& columns, Part part
);
// The time from which on rows are held out, as text; empty: no row has a label.
Result<std::string> held_out_from(engine::Work& work, const ModelSpec& spec);

// The labels of a part, and one column or (none given) the labels alone.
struct LabelledColumn {
    std::vector<float> values;
    std::vector<std::uint8_t> labels;
    std::size_t positive = 0;
};
Result<LabelledColumn> read_column(
    engine::Work& work, const ModelSpec& spec, const std::string& column, Part part
);

// Conflict: the table has no more a column that the version was trained with.
Result<void> check_trained_columns(const Training& training, const StoredVersion& version);
// What the trees say of the rows of a table of the work, by their tw_code: 0, 1, ….
Result<std::vector<float>> score_coded(
    const Training& training, const BuyAgain& model, const catalog::TableName& coded
);

}  // namespace tradewind::model
