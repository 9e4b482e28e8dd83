// What the training and the evaluation of classify share.
#pragma once

#include <string>
#include <vector>

#include "model/buy_again.h"

namespace tradewind::model {

enum class Part { Learn, HeldOut };

// Rows with a label and a time: the label, then the columns as DOUBLE. Held out are the newest,
// from the time on that stands where the share begins; equal times are on one side.
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

}  // namespace tradewind::model
