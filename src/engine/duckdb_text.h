// The engine's vectors as text: reads the memory of a chunk directly, for every type that a result
// can have.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/duckdb_handle.h"

namespace tradewind::engine {

// Csv: as RFC 4180 wants it, null is an empty field. Json: a JSON value; not a number is null.
// Nested values are JSON text in both. BLOB is base64.
enum class TextStyle { Csv, Json };

class KnownReals;

// One column of a result: prepared once, bound to each chunk's vector, then asked row by row.
class ColumnText {
public:
    // InvalidArgument: a type that has no text form here (the caller names the column).
    static Result<ColumnText> make(duckdb_logical_type type);

    void bind(duckdb_vector vector);
    bool null(idx_t row) const {
        return validity_ != nullptr && (validity_[row / 64] >> (row % 64) & 1) == 0;
    }
    void append(std::string& out, idx_t row, TextStyle style) const;
    // Of a column of numbers of at most 64 bits: what append() writes in CSV, at most 31 bytes (32
    // may be written to). Gives what is behind it.
    char* put_number(char* to, idx_t row, KnownReals& reals) const;
    bool short_number() const;
    // Without quotes or escapes of any style; for columns that are text, just their bytes.
    void append_raw(std::string& out, idx_t row) const;
    // Bytes of a text column's cell, valid as long as the chunk.
    std::string_view text(idx_t row) const;

    bool text_type() const { return type_ == DUCKDB_TYPE_VARCHAR; }
    // text() gives the bytes as they are.
    bool blob_type() const { return type_ == DUCKDB_TYPE_BLOB; }
    bool real_type() const { return type_ == DUCKDB_TYPE_DOUBLE || type_ == DUCKDB_TYPE_FLOAT; }
    // The type as portable SQL names it: STRING, DECIMAL(12,4), ARRAY<BIGINT>, ….
    const std::string& portable_type() const { return portable_type_; }

private:
    Result<void> describe_simple();
    Result<void> describe_decimal(duckdb_logical_type type);
    void describe_enum(duckdb_logical_type type);
    Result<void> describe_list(duckdb_logical_type type);
    Result<void> describe_struct(duckdb_logical_type type);
    Result<void> describe_union(duckdb_logical_type type);

    template <typename T>
    T value(idx_t row) const {
        return static_cast<const T*>(data_)[row];
    }
    enum class Shape { Number, Real, Boolean, Text, Quoted, Nested };
    Shape shape() const;
    void append_number(std::string& out, idx_t row) const;
    void append_decimal_cell(std::string& out, idx_t row) const;
    void append_word(std::string& out, idx_t row, TextStyle style) const;
    void append_nested(std::string& out, idx_t row) const;
    void append_items(std::string& out, std::uint64_t begin, std::uint64_t count) const;
    void append_map(std::string& out, std::uint64_t begin, std::uint64_t count) const;
    void append_bits(std::string& out, idx_t row) const;
    std::size_t enum_index(idx_t row) const;
    bool real_is_finite(idx_t row) const;

    duckdb_type type_ = DUCKDB_TYPE_INVALID;
    duckdb_type storage_ = DUCKDB_TYPE_INVALID;  // of decimals and enums
    int scale_ = 0;
    std::uint64_t array_size_ = 0;
    std::string portable_type_;
    std::vector<std::string> names_;  // of an enum's values or a struct's fields
    std::vector<ColumnText> children_;
    const void* data_ = nullptr;
    const std::uint64_t* validity_ = nullptr;
};

}  // namespace tradewind::engine
