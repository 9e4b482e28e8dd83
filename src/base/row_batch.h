// Typed columns of rows: the currency between rooms. A contract fills one from JSON, CSV or a
// sheet; serving, the hot table and Parquet files take it as it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace tradewind {

// Decimal: unscaled 64-bit integer, precision 1–18. Date: days since 1970-01-01. Timestamp:
// microseconds UTC.
enum class ColumnType { Boolean, Integer, BigInt, Double, Decimal, Text, Date, Timestamp };

struct ColumnSpec {
    std::string name;
    ColumnType type = ColumnType::Text;
    int precision = 0;  // Decimal only
    int scale = 0;      // Decimal only
};

// "INTEGER", "DECIMAL(12,4)", "STRING", …: the type as portable SQL writes it.
std::string to_sql(const ColumnSpec& column);

// One column. Only the vector that fits the type is filled; `valid[i] == 0` means null (and then
// the value is 0 or empty).
class Column {
public:
    explicit Column(ColumnType type) : type_(type) {}

    ColumnType type() const { return type_; }
    std::size_t size() const { return valid_.size(); }
    bool null(std::size_t row) const { return valid_[row] == 0; }
    // Boolean (0/1), Integer, BigInt, Decimal (unscaled), Date, Timestamp.
    std::int64_t integer(std::size_t row) const { return integers_[row]; }
    double real(std::size_t row) const { return reals_[row]; }
    std::string_view text(std::size_t row) const {
        const std::size_t begin = row == 0 ? 0 : text_ends_[row - 1];
        return std::string_view(text_bytes_).substr(begin, text_ends_[row] - begin);
    }

    void add_null();
    void add_integer(std::int64_t value);
    void add_real(double value);
    void add_text(std::string_view value);
    // Keeps the first `size` rows.
    void truncate(std::size_t size);
    void clear() { truncate(0); }

    // Whole columns, for adapters that copy in bulk.
    const std::vector<std::int64_t>& integers() const { return integers_; }
    const std::vector<double>& reals() const { return reals_; }
    const std::vector<std::uint8_t>& validity() const { return valid_; }

private:
    ColumnType type_;
    std::vector<std::uint8_t> valid_;
    std::vector<std::int64_t> integers_;
    std::vector<double> reals_;
    std::string text_bytes_;
    std::vector<std::size_t> text_ends_;
};

// Where a row came from: its identity for ever. `sequence` is the offset in `partition` for the
// stream, the row number in the file (from 1, header not counted) for an import.
struct Provenance {
    PartitionId partition;
    std::int64_t sequence = 0;
    Timestamp received_at;
};

class RowBatch {
public:
    explicit RowBatch(std::vector<ColumnSpec> columns);

    const std::vector<ColumnSpec>& specs() const { return specs_; }
    std::size_t row_count() const { return provenance_.size(); }
    std::size_t column_count() const { return columns_.size(); }
    const Column& column(std::size_t index) const { return columns_[index]; }
    Column& column(std::size_t index) { return columns_[index]; }
    // Index of the column of that name, or -1.
    int find(std::string_view name) const;

    // A row is whole once every column got one value and commit_row was called.
    void commit_row(Provenance provenance);
    // Undoes the values added to some columns since the last commit_row.
    void abandon_row();
    void clear();

    // All rows of one batch have one origin.
    OriginId origin = stream_origin;
    // Identity of the delivery as people know it: "stream", or the file's name.
    std::string source_name = "stream";
    const Provenance& provenance(std::size_t row) const { return provenance_[row]; }

private:
    std::vector<ColumnSpec> specs_;
    std::vector<Column> columns_;
    std::vector<Provenance> provenance_;
};

}  // namespace tradewind
