// Rows of a features table, block by block, as floats column by column. What is null or not finite
// is NaN: not known.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "learn/learn.h"
#include "model/pinned_tables.h"

namespace tradewind::model {

constexpr std::size_t block_rows_max = 65'536;

struct FeatureRowsBlock {
    std::size_t rows = 0;
    std::vector<std::vector<double>> keys;  // the leading columns, as they are
    std::vector<float> values;              // column by column, each block_rows_max apart
    learn::FeatureBlock features;
};

// Reads a statement of DOUBLE columns: so many keys first, then features.
class FeatureRows {
public:
    FeatureRows(engine::Work& work, std::string sql, std::size_t keys)
        : work_(work), sql_(std::move(sql)), key_count_(keys) {}
    // The rows from the first on, with the next call of next().
    void rewind() {
        reader_.reset();
        chunk_ = {};
        used_ = 0;
    }
    // Null: the end. The block stays until the next call.
    Result<const FeatureRowsBlock*> next();

private:
    Result<bool> fill();
    void take(std::size_t rows);

    engine::Work& work_;
    const std::string sql_;
    const std::size_t key_count_;
    std::unique_ptr<engine::IntegerReader> reader_;
    engine::IntegerChunk chunk_;
    std::size_t used_ = 0;  // rows of the chunk that were taken
    FeatureRowsBlock block_;
};

// Rows with labels, for training: the first column is the label.
class LabelledRows : public learn::FeatureSource {
public:
    LabelledRows(engine::Work& work, std::string sql) : rows_(work, std::move(sql), 1) {}
    Result<void> rewind() override {
        rows_.rewind();
        return {};
    }
    Result<std::optional<learn::LabelledBlock>> next() override;

private:
    FeatureRows rows_;
    std::vector<float> labels_;
};

// The columns to learn from: those that the model's file names, or all others that are numbers.
// InvalidArgument: one is not there, or is no number.
Result<std::vector<std::string>> feature_columns(engine::Work& work, const ModelSpec& spec);
// All that could be learnt from, whatever the model's file says of it now.
Result<std::vector<std::string>> number_columns(engine::Work& work, const ModelSpec& spec);

// Which users' rows of the fold: those to learn from, or the tenth that tells when to stop and how
// probable what was learnt is.
enum class Share { All, Learn, Validate };
// The fold, and those named after it: train, train_2, ….
std::string labelled_sql(
    const ModelSpec& spec,
    const std::vector<std::string>& columns,
    const std::string& fold,
    Share share
);
// Keys: code of the user, code of the item, label (0 where there is none).
std::string scored_sql(
    const ModelSpec& spec, const std::vector<std::string>& columns, const std::string& fold
);

}  // namespace tradewind::model
