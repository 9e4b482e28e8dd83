#include "engine/parquet_file.h"

#include <array>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "engine/duckdb_rows.h"
#include "engine/thrift_writer.h"

namespace tradewind::engine {

namespace {

// Numbers of the format: github.com/apache/parquet-format, parquet.thrift.
constexpr std::string_view magic = "PAR1";
constexpr int format_version = 1;
constexpr int codec_plain = 0;
constexpr int codec_zstd = 6;
constexpr int optional_field = 1;
constexpr std::string_view created_by = "Tradewind version 1 (build 1)";  // as readers expect it

enum class Converted { Utf8 = 0, Decimal = 5, Date = 6, Int32 = 17, Int64 = 18 };

void write_integer_type(ThriftWriter& writer, int bits) {
    writer.begin_struct(10);
    writer.begin_struct(10);
    writer.i8(1, static_cast<std::int8_t>(bits));
    writer.boolean(2, true);
    writer.end();
    writer.end();
}

void write_decimal_type(ThriftWriter& writer, const ColumnSpec& column) {
    writer.begin_struct(10);
    writer.begin_struct(5);
    writer.i32(1, column.scale);
    writer.i32(2, column.precision);
    writer.end();
    writer.end();
}

// A local time in microseconds.
void write_timestamp_type(ThriftWriter& writer) {
    writer.begin_struct(10);
    writer.begin_struct(8);
    writer.boolean(1, false);
    writer.begin_struct(2);
    writer.begin_struct(2);
    writer.end();
    writer.end();
    writer.end();
    writer.end();
}

// An alternative without fields.
void write_plain_type(ThriftWriter& writer, int type) {
    writer.begin_struct(10);
    writer.begin_struct(type);
    writer.end();
    writer.end();
}

void write_column_type(ThriftWriter& writer, const ColumnSpec& column) {
    constexpr int text_type = 1;
    constexpr int date_type = 6;
    const auto converted = [&](Converted type) { writer.i32(6, static_cast<int>(type)); };
    if (column.type == ColumnType::Text) converted(Converted::Utf8);
    if (column.type == ColumnType::Date) converted(Converted::Date);
    if (column.type == ColumnType::Integer) converted(Converted::Int32);
    if (column.type == ColumnType::BigInt) converted(Converted::Int64);
    if (column.type == ColumnType::Decimal) {
        converted(Converted::Decimal);
        writer.i32(7, column.scale);
        writer.i32(8, column.precision);
    }
    writer.i32(9, field_id(column.name));
    switch (column.type) {
        case ColumnType::Text:
            return write_plain_type(writer, text_type);
        case ColumnType::Date:
            return write_plain_type(writer, date_type);
        case ColumnType::Integer:
            return write_integer_type(writer, 32);
        case ColumnType::BigInt:
            return write_integer_type(writer, 64);
        case ColumnType::Decimal:
            return write_decimal_type(writer, column);
        case ColumnType::Timestamp:
            return write_timestamp_type(writer);
        case ColumnType::Boolean:
        case ColumnType::Double:
            return;
    }
}

void write_schema(ThriftWriter& writer, const std::vector<ColumnSpec>& columns) {
    writer.list_of_structs(2, columns.size() + 1);
    writer.begin_item();
    writer.i32(3, 0);
    writer.text(4, "schema");
    writer.i32(5, static_cast<std::int32_t>(columns.size()));
    writer.end();
    for (const ColumnSpec& column : columns) {
        writer.begin_item();
        writer.i32(1, static_cast<int>(parquet_type(column)));
        writer.i32(3, optional_field);
        writer.text(4, column.name);
        write_column_type(writer, column);
        writer.end();
    }
}

void write_statistics(ThriftWriter& writer, const ParquetChunk& chunk) {
    writer.begin_struct(12);
    writer.i64(3, static_cast<std::int64_t>(chunk.null_count));
    if (chunk.extremes) {
        writer.text(5, chunk.extremes->second);
        writer.text(6, chunk.extremes->first);
    }
    writer.end();
}

void write_chunk(
    ThriftWriter& writer, const ColumnSpec& column, const ParquetChunk& chunk, std::uint64_t begin
) {
    const auto at = static_cast<std::int64_t>(begin);
    writer.begin_item();
    writer.i64(2, at);
    writer.begin_struct(3);
    writer.i32(1, static_cast<int>(parquet_type(column)));
    writer.list_of_integers(2, chunk.dictionary ? 3 : 2);
    writer.item(runs_encoding);
    writer.item(chunk.encoding);
    if (chunk.dictionary) writer.item(plain_encoding);
    writer.list_of_texts(3, 1);
    writer.item(std::string_view(column.name));
    writer.i32(4, chunk.packed ? codec_zstd : codec_plain);
    writer.i64(5, static_cast<std::int64_t>(chunk.rows));
    writer.i64(6, static_cast<std::int64_t>(chunk.bytes_plain));
    writer.i64(7, static_cast<std::int64_t>(chunk.bytes));
    writer.i64(9, at + static_cast<std::int64_t>(chunk.dictionary_bytes));
    if (chunk.dictionary) writer.i64(11, at);
    write_statistics(writer, chunk);
    writer.end();
    writer.end();
}

}  // namespace

ParquetFile::ParquetFile(std::vector<ColumnSpec> columns)
    : columns_(std::move(columns)), values_(columns_.size()), out_(magic) {
    CHECK(!columns_.empty());
}

std::size_t ParquetFile::bytes() const {
    std::size_t bytes = out_.size();
    for (const ParquetValues& values : values_) bytes += values.bytes();
    return bytes;
}

void ParquetFile::added(std::size_t rows) {
    row_count_ += static_cast<std::int64_t>(rows);
    for (const ParquetValues& values : values_) CHECK(values.rows() == values_.front().rows());
    if (room() == 0 || bytes() - out_.size() >= group_bytes) write_group();
}

void ParquetFile::write_group() {
    Group group;
    group.begin = size();
    group.rows = values_.front().rows();
    if (group.rows == 0) return;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        group.chunks.push_back(pages_.append(out_, parquet_type(columns_[i]), values_[i]));
        values_[i].clear();
    }
    groups_.push_back(std::move(group));
}

void ParquetFile::finish() {
    write_group();
    const std::string text = footer();
    const auto text_size = static_cast<std::uint32_t>(text.size());
    std::array<char, 4> bytes{};
    std::memcpy(bytes.data(), &text_size, 4);
    out_.append(text);
    out_.append(bytes.data(), 4);
    out_.append(magic);
}

std::string ParquetFile::footer() const {
    std::string out;
    ThriftWriter writer(out);
    writer.i32(1, format_version);
    write_schema(writer, columns_);
    writer.i64(3, row_count_);
    writer.list_of_structs(4, groups_.size());
    for (const Group& group : groups_) {
        writer.begin_item();
        writer.list_of_structs(1, columns_.size());
        std::uint64_t at = group.begin;
        std::size_t plain = 0;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            write_chunk(writer, columns_[i], group.chunks[i], at);
            at += group.chunks[i].bytes;
            plain += group.chunks[i].bytes_plain;
        }
        writer.i64(2, static_cast<std::int64_t>(plain));
        writer.i64(3, static_cast<std::int64_t>(group.rows));
        writer.i64(5, static_cast<std::int64_t>(group.begin));
        writer.i64(6, static_cast<std::int64_t>(at - group.begin));
        writer.end();
    }
    writer.text(6, created_by);
    // In the order of their types.
    writer.list_of_structs(7, columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        writer.begin_item();
        writer.begin_struct(1);
        writer.end();
        writer.end();
    }
    writer.end();
    return out;
}

}  // namespace tradewind::engine
