#include "base/row_batch.h"

#include "base/check.h"

namespace tradewind {

std::string to_sql(const ColumnSpec& column) {
    switch (column.type) {
        case ColumnType::Boolean:
            return "BOOLEAN";
        case ColumnType::Integer:
            return "INTEGER";
        case ColumnType::BigInt:
            return "BIGINT";
        case ColumnType::Double:
            return "DOUBLE";
        case ColumnType::Decimal:
            return "DECIMAL(" + std::to_string(column.precision) + "," +
                   std::to_string(column.scale) + ")";
        case ColumnType::Text:
            return "STRING";
        case ColumnType::Date:
            return "DATE";
        case ColumnType::Timestamp:
            return "TIMESTAMP";
    }
    return "STRING";
}

void Column::add_null() {
    valid_.push_back(0);
    if (type_ == ColumnType::Text) {
        text_ends_.push_back(text_bytes_.size());
    } else if (type_ == ColumnType::Double) {
        reals_.push_back(0);
    } else {
        integers_.push_back(0);
    }
}

void Column::add_integer(std::int64_t value) {
    valid_.push_back(1);
    integers_.push_back(value);
}

void Column::add_real(double value) {
    valid_.push_back(1);
    reals_.push_back(value);
}

void Column::add_text(std::string_view value) {
    valid_.push_back(1);
    text_bytes_.append(value);
    text_ends_.push_back(text_bytes_.size());
}

void Column::truncate(std::size_t size) {
    if (valid_.size() <= size) return;
    valid_.resize(size);
    if (type_ == ColumnType::Text) {
        text_ends_.resize(size);
        text_bytes_.resize(size == 0 ? 0 : text_ends_.back());
    } else if (type_ == ColumnType::Double) {
        reals_.resize(size);
    } else {
        integers_.resize(size);
    }
}

RowBatch::RowBatch(std::vector<ColumnSpec> columns) : specs_(std::move(columns)) {
    columns_.reserve(specs_.size());
    for (const ColumnSpec& spec : specs_) columns_.emplace_back(spec.type);
}

int RowBatch::find(std::string_view name) const {
    for (std::size_t i = 0; i < specs_.size(); ++i) {
        if (specs_[i].name == name) return static_cast<int>(i);
    }
    return -1;
}

void RowBatch::commit_row(Provenance provenance) {
    provenance_.push_back(provenance);
    for (const Column& column : columns_) CHECK(column.size() == provenance_.size());
}

void RowBatch::abandon_row() {
    for (Column& column : columns_) column.truncate(provenance_.size());
}

void RowBatch::clear() {
    provenance_.clear();
    for (Column& column : columns_) column.clear();
}

}  // namespace tradewind
