#include <bit>
#include <utility>

#include "base/check.h"
#include "engine/parquet_chunk.h"

namespace tradewind::engine {

namespace {

bool is_set(const std::uint64_t* valid, std::size_t row) {
    return valid == nullptr || (valid[row / 64] >> (row % 64) & 1) != 0;
}

}  // namespace

void ParquetValues::clear() {
    valid_.clear();
    null_count_ = 0;
    words_.clear();
    text_.clear();
    ends_.clear();
    same_count_ = 0;
}

// Each of the texts that were kept as one.
void ParquetValues::write_out() {
    if (same_count_ == 0) return;
    const std::size_t count = std::exchange(same_count_, 0);
    const std::string one = std::exchange(text_, {});
    for (std::size_t row = 0; row < count; ++row) {
        text_.append(one);
        ends_.push_back(text_.size());
    }
}

void ParquetValues::add(const Column& column, std::size_t begin, std::size_t count) {
    const auto from = static_cast<std::ptrdiff_t>(begin);
    const auto to = static_cast<std::ptrdiff_t>(begin + count);
    const std::vector<std::uint8_t>& valid = column.validity();
    valid_.insert(valid_.end(), valid.begin() + from, valid.begin() + to);
    std::size_t nulls = 0;
    for (std::size_t row = begin; row < begin + count; ++row) nulls += valid[row] == 0 ? 1 : 0;
    null_count_ += nulls;
    const bool real = column.type() == ColumnType::Double;
    if (column.type() == ColumnType::Text) {
        write_out();
        for (std::size_t row = begin; row < begin + count; ++row) {
            if (valid[row] == 0) continue;
            text_.append(column.text(row));
            ends_.push_back(text_.size());
        }
    } else if (nulls == 0 && !real) {
        const auto& all = column.integers();
        words_.insert(words_.end(), all.begin() + from, all.begin() + to);
    } else {
        for (std::size_t row = begin; row < begin + count; ++row) {
            if (valid[row] == 0) continue;
            words_.push_back(
                real ? std::bit_cast<std::int64_t>(column.real(row)) : column.integer(row)
            );
        }
    }
}

void ParquetValues::mark(const std::uint64_t* valid, std::size_t count) {
    if (valid == nullptr) {
        valid_.insert(valid_.end(), count, 1);
        return;
    }
    for (std::size_t row = 0; row < count; ++row) {
        const bool set = is_set(valid, row);
        valid_.push_back(set ? 1 : 0);
        null_count_ += set ? 0 : 1;
    }
}

void ParquetValues::add_integers(
    const std::int64_t* values, const std::uint64_t* valid, std::size_t count
) {
    mark(valid, count);
    if (valid == nullptr) {
        words_.insert(words_.end(), values, values + count);
        return;
    }
    for (std::size_t row = 0; row < count; ++row) {
        if (is_set(valid, row)) words_.push_back(values[row]);
    }
}

void ParquetValues::add_reals(const double* values, const std::uint64_t* valid, std::size_t count) {
    mark(valid, count);
    for (std::size_t row = 0; row < count; ++row) {
        if (is_set(valid, row)) words_.push_back(std::bit_cast<std::int64_t>(values[row]));
    }
}

void ParquetValues::add_same(std::optional<std::int64_t> value, std::size_t count) {
    valid_.insert(valid_.end(), count, value ? 1 : 0);
    if (value) {
        words_.insert(words_.end(), count, *value);
    } else {
        null_count_ += count;
    }
}

void ParquetValues::add_same(std::string_view value, std::size_t count) {
    if (count == 0) return;
    valid_.insert(valid_.end(), count, 1);
    if (ends_.empty() && (same_count_ == 0 || text_ == value)) {
        text_ = value;
        same_count_ += count;
        return;
    }
    write_out();
    for (std::size_t row = 0; row < count; ++row) {
        text_.append(value);
        ends_.push_back(text_.size());
    }
}

ParquetType parquet_type(const ColumnSpec& column) {
    constexpr int narrow_decimal_precision = 9;
    switch (column.type) {
        case ColumnType::Boolean:
            return ParquetType::Boolean;
        case ColumnType::Integer:
        case ColumnType::Date:
            return ParquetType::Int32;
        case ColumnType::BigInt:
        case ColumnType::Timestamp:
            return ParquetType::Int64;
        case ColumnType::Decimal:
            return column.precision <= narrow_decimal_precision ? ParquetType::Int32
                                                                : ParquetType::Int64;
        case ColumnType::Double:
            return ParquetType::Double;
        case ColumnType::Text:
            break;
    }
    return ParquetType::Bytes;
}

}  // namespace tradewind::engine
