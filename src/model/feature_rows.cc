#include "model/feature_rows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "base/sql_text.h"
#include "base/text.h"

namespace tradewind::model {

namespace {

constexpr const char* validation_share = "10";  // one user of so many

bool is_number(std::string_view type) {
    constexpr std::array<std::string_view, 8> types{
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "BOOLEAN"
    };
    return type.starts_with("DECIMAL") || std::ranges::find(types, type) != types.end();
}

std::string table_sql(const catalog::TableName& name) {
    return quote_name(name.schema) + "." + quote_name(name.table);
}

std::string list_sql(const std::vector<std::string>& columns) {
    std::string list;
    for (std::size_t i = 0; i < columns.size(); ++i)
        list += ", CAST(t." + quote_name(columns[i]) + " AS DOUBLE) AS f" + std::to_string(i);
    return list;
}

}  // namespace

Result<bool> FeatureRows::fill() {
    if (reader_ == nullptr) reader_ = TRY(work_.read_integers(sql_));
    used_ = 0;
    return reader_->next(chunk_);
}

void FeatureRows::take(std::size_t rows) {
    const std::size_t at = block_.rows;
    for (std::size_t c = 0; c < chunk_.columns.size(); ++c) {
        const engine::IntegerColumn& column = chunk_.columns[c];
        for (std::size_t i = 0; i < rows; ++i) {
            const std::size_t row = used_ + i;
            const bool there =
                column.valid == nullptr || (column.valid[row / 64] >> (row % 64) & 1) != 0;
            const double value = there ? std::bit_cast<double>(column.values[row]) : std::nan("");
            if (c < key_count_) {
                block_.keys[c][at + i] = value;
            } else {
                const auto number = static_cast<float>(value);
                block_.values[(c - key_count_) * block_rows_max + at + i] =
                    std::isfinite(number) ? number : std::numeric_limits<float>::quiet_NaN();
            }
        }
    }
    block_.rows += rows;
    used_ += rows;
}

Result<const FeatureRowsBlock*> FeatureRows::next() {
    block_.rows = 0;
    while (block_.rows < block_rows_max) {
        if (used_ == chunk_.rows && !TRY(fill())) break;
        if (block_.keys.empty()) {
            block_.keys.assign(key_count_, std::vector<double>(block_rows_max));
            block_.values.resize((chunk_.columns.size() - key_count_) * block_rows_max);
        }
        take(std::min(chunk_.rows - used_, block_rows_max - block_.rows));
    }
    if (block_.rows == 0) return nullptr;
    block_.features = {
        block_.values.data(), block_.rows, block_.values.size() / block_rows_max, 1, block_rows_max
    };
    return &block_;
}

Result<std::optional<learn::LabelledBlock>> LabelledRows::next() {
    const FeatureRowsBlock* block = TRY(rows_.next());
    if (block == nullptr) return std::optional<learn::LabelledBlock>();
    labels_.assign(block->keys[0].begin(), block->keys[0].begin() + static_cast<long>(block->rows));
    return std::optional(learn::LabelledBlock{block->features, labels_.data(), nullptr});
}

Result<std::vector<std::string>> number_columns(engine::Work& work, const ModelSpec& spec) {
    ModelSpec all = spec;
    all.features->columns.clear();
    all.features->except.clear();
    return feature_columns(work, all);
}

Result<std::vector<std::string>> feature_columns(engine::Work& work, const ModelSpec& spec) {
    const Features& of = *spec.features;
    std::vector<std::string> numbers;
    std::vector<std::string> all;
    for (const auto& column : TRY(work.columns("SELECT * FROM " + table_sql(of.table)))) {
        all.push_back(column.name);
        const bool key = column.name == of.user || column.name == of.item ||
                         column.name == of.fold || column.name == of.label;
        const bool left_out = std::ranges::find(of.except, column.name) != of.except.end();
        if (!key && !left_out && is_number(column.type)) numbers.push_back(column.name);
    }
    std::vector<std::string> wanted{of.user, of.item, of.fold, of.label};
    wanted.insert(wanted.end(), of.columns.begin(), of.columns.end());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto& among = i < 4 ? all : numbers;
        if (std::ranges::find(among, wanted[i]) != among.end()) continue;
        const auto near = nearest(wanted[i], {among.begin(), among.end()});
        return Error(
                   ErrorCode::InvalidArgument,
                   of.table.text() + " has no column '" + wanted[i] +
                       (i < 4 ? "'" : "' that is a number")
        )
            .at(spec.at)
            .with_hint(near ? "Did you mean '" + *near + "'?" : "See features: in its file.");
    }
    std::vector<std::string> columns = of.columns.empty() ? numbers : of.columns;
    if (!columns.empty()) return columns;
    return Error(ErrorCode::InvalidArgument, of.table.text() + " has no column to learn from")
        .at(spec.at);
}

std::string labelled_sql(
    const ModelSpec& spec,
    const std::vector<std::string>& columns,
    const std::string& fold,
    Share share
) {
    const Features& of = *spec.features;
    std::string sql = "SELECT CAST(t." + quote_name(of.label) + " AS DOUBLE) AS label" +
                      list_sql(columns) + " FROM " + table_sql(of.table) + " t WHERE (t." +
                      quote_name(of.fold) + " = " + quote_literal(fold) + " OR starts_with(t." +
                      quote_name(of.fold) + ", " + quote_literal(fold + "_") + ")) AND t." +
                      quote_name(of.label) + " IS NOT NULL";
    if (share == Share::All) return sql;
    const std::string part = "hash(t." + quote_name(of.user) + ") % " + validation_share;
    return sql + " AND " + part + (share == Share::Learn ? " <> 0" : " = 0");
}

std::string scored_sql(
    const ModelSpec& spec, const std::vector<std::string>& columns, const std::string& fold
) {
    const Features& of = *spec.features;
    return "SELECT CAST(u.code AS DOUBLE) AS c0, CAST(i.code AS DOUBLE) AS c1, coalesce(CAST(t." +
           quote_name(of.label) + " AS DOUBLE), 0.0) AS c2" + list_sql(columns) + " FROM " +
           table_sql(of.table) + " t JOIN learning.user_codes u ON t." + quote_name(of.user) +
           " = u.id JOIN learning.item_codes i ON t." + quote_name(of.item) + " = i.id WHERE t." +
           quote_name(of.fold) + " = " + quote_literal(fold);
}

}  // namespace tradewind::model
