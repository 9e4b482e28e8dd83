#include "engine/duckdb_rows.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "engine/duckdb_instance.h"

namespace tradewind::engine {

namespace {

duckdb_type simple_type(ColumnType type) {
    switch (type) {
        case ColumnType::Boolean:
            return DUCKDB_TYPE_BOOLEAN;
        case ColumnType::Integer:
            return DUCKDB_TYPE_INTEGER;
        case ColumnType::BigInt:
            return DUCKDB_TYPE_BIGINT;
        case ColumnType::Double:
            return DUCKDB_TYPE_DOUBLE;
        case ColumnType::Date:
            return DUCKDB_TYPE_DATE;
        case ColumnType::Timestamp:
            return DUCKDB_TYPE_TIMESTAMP;
        case ColumnType::Text:
        case ColumnType::Decimal:
            break;
    }
    return DUCKDB_TYPE_VARCHAR;
}

// Bytes of the integer that holds a value: the engine keeps narrow decimals in narrow integers.
int integer_width(const ColumnSpec& column) {
    switch (column.type) {
        case ColumnType::Boolean:
            return 1;
        case ColumnType::Integer:
        case ColumnType::Date:
            return 4;
        case ColumnType::Decimal:
            return column.precision <= 4 ? 2 : column.precision <= 9 ? 4 : 8;
        default:
            return 8;
    }
}

template <typename T>
void copy_integers(void* to, const std::int64_t* from, std::size_t count) {
    T* target = static_cast<T*>(to);
    for (std::size_t i = 0; i < count; ++i) target[i] = static_cast<T>(from[i]);
}

void set_nulls(duckdb_vector vector, const std::uint8_t* valid, std::size_t count) {
    if (std::find(valid, valid + count, 0) == valid + count) return;
    duckdb_vector_ensure_validity_writable(vector);
    std::uint64_t* mask = duckdb_vector_get_validity(vector);
    for (std::size_t i = 0; i < count; ++i) {
        if (valid[i] == 0) duckdb_validity_set_row_invalid(mask, i);
    }
}

// All in one look: whole together, and none begins within a character.
bool valid_texts(const Column& column, std::size_t begin, std::size_t count) {
    const std::string_view first = column.text(begin);
    const std::string_view last = column.text(begin + count - 1);
    const auto size = static_cast<std::size_t>(last.data() + last.size() - first.data());
    if (!valid_utf8(std::string_view(first.data(), size))) return false;
    for (std::size_t row = begin; row < begin + count; ++row) {
        const std::string_view text = column.text(row);
        if (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xc0) == 0x80)
            return false;
    }
    return true;
}

Result<void> fill_text(
    duckdb_vector vector, const Column& column, std::size_t begin, std::size_t count
) {
    if (count > 0 && !valid_texts(column, begin, count))
        return Error(ErrorCode::InvalidArgument, "a text is not UTF-8");
    for (std::size_t i = 0; i < count; ++i) {
        if (column.null(begin + i)) continue;
        const std::string_view text = column.text(begin + i);
        duckdb_unsafe_vector_assign_string_element_len(vector, i, text.data(), text.size());
    }
    return {};
}

Result<void> fill_vector(
    duckdb_vector vector,
    const ColumnSpec& spec,
    const Column& column,
    std::size_t begin,
    std::size_t count
) {
    set_nulls(vector, column.validity().data() + begin, count);
    if (spec.type == ColumnType::Text) return fill_text(vector, column, begin, count);
    void* data = duckdb_vector_get_data(vector);
    if (spec.type == ColumnType::Double) {
        std::copy_n(column.reals().data() + begin, count, static_cast<double*>(data));
        return {};
    }
    const std::int64_t* integers = column.integers().data() + begin;
    switch (integer_width(spec)) {
        case 1:
            copy_integers<std::int8_t>(data, integers, count);
            return {};
        case 2:
            copy_integers<std::int16_t>(data, integers, count);
            return {};
        case 4:
            copy_integers<std::int32_t>(data, integers, count);
            return {};
        default:
            std::copy_n(integers, count, static_cast<std::int64_t*>(data));
            return {};
    }
}

// One value for all rows of the chunk.
void fill_constant(duckdb_vector vector, ValueHandle value) {
    duckdb_vector_reference_value(vector, value.get());
}

void fill_provenance(
    duckdb_data_chunk chunk, idx_t first, const RowBatch& rows, std::size_t begin, std::size_t count
) {
    const auto vector = [&](idx_t i) { return duckdb_data_chunk_get_vector(chunk, first + i); };
    const bool from_stream = rows.origin == stream_origin;
    fill_constant(
        vector(0),
        ValueHandle(duckdb_create_varchar_length(rows.source_name.data(), rows.source_name.size()))
    );
    // Of _offset and _row one is the sequence and the other is null; so with _partition and
    // _import.
    const idx_t sequence_at = from_stream ? 2 : 4;
    for (const idx_t at : from_stream ? std::array<idx_t, 2>{3, 4} : std::array<idx_t, 2>{1, 2}) {
        fill_constant(vector(at), ValueHandle(duckdb_create_null_value()));
    }
    if (!from_stream) fill_constant(vector(3), ValueHandle(duckdb_create_int64(rows.origin.value)));
    auto* sequences = static_cast<std::int64_t*>(duckdb_vector_get_data(vector(sequence_at)));
    auto* received = static_cast<std::int64_t*>(duckdb_vector_get_data(vector(5)));
    for (std::size_t i = 0; i < count; ++i) {
        sequences[i] = rows.provenance(begin + i).sequence;
        received[i] = rows.provenance(begin + i).received_at.micros;
    }
    if (!from_stream) return;
    auto* partitions = static_cast<std::int32_t*>(duckdb_vector_get_data(vector(1)));
    for (std::size_t i = 0; i < count; ++i)
        partitions[i] = rows.provenance(begin + i).partition.value;
}

std::string_view text_at(void* data, idx_t row) {
    const auto& string = static_cast<const duckdb_string_t*>(data)[row];
    const std::uint32_t size = string.value.inlined.length;
    return {
        size <= sizeof(string.value.inlined.inlined) ? string.value.inlined.inlined
                                                     : string.value.pointer.ptr,
        size
    };
}

std::int64_t integer_at(void* data, int width, idx_t row) {
    switch (width) {
        case 1:
            return static_cast<const std::int8_t*>(data)[row];
        case 2:
            return static_cast<const std::int16_t*>(data)[row];
        case 4:
            return static_cast<const std::int32_t*>(data)[row];
        default:
            return static_cast<const std::int64_t*>(data)[row];
    }
}

// A vector of a chunk, ready to be read row by row.
struct VectorView {
    VectorView(duckdb_vector vector, const ColumnSpec& spec)
        : data(duckdb_vector_get_data(vector)),
          validity(duckdb_vector_get_validity(vector)),
          type(spec.type),
          width(integer_width(spec)) {}

    void read(idx_t row, Column& column) const {
        if (validity != nullptr && (validity[row / 64] >> (row % 64) & 1) == 0) {
            column.add_null();
        } else if (type == ColumnType::Text) {
            column.add_text(text_at(data, row));
        } else if (type == ColumnType::Double) {
            column.add_real(static_cast<const double*>(data)[row]);
        } else {
            column.add_integer(integer_at(data, width, row));
        }
    }

    void* data;
    const std::uint64_t* validity;
    ColumnType type;
    int width;
};

}  // namespace

const std::vector<ColumnSpec>& provenance_columns() {
    static const std::vector<ColumnSpec> columns{
        {"_source", ColumnType::Text},
        {"_partition", ColumnType::Integer},
        {"_offset", ColumnType::BigInt},
        {"_import", ColumnType::BigInt},
        {"_row", ColumnType::BigInt},
        {"_received_at", ColumnType::Timestamp},
    };
    return columns;
}

std::vector<ColumnSpec> with_provenance(std::vector<ColumnSpec> columns) {
    columns.insert(columns.end(), provenance_columns().begin(), provenance_columns().end());
    return columns;
}

TypeHandle logical_type(const ColumnSpec& column) {
    if (column.type == ColumnType::Decimal) {
        return TypeHandle(duckdb_create_decimal_type(
            static_cast<std::uint8_t>(column.precision), static_cast<std::uint8_t>(column.scale)
        ));
    }
    return TypeHandle(duckdb_create_logical_type(simple_type(column.type)));
}

ChunkHandle make_chunk(const std::vector<ColumnSpec>& columns) {
    std::vector<TypeHandle> types;
    std::vector<duckdb_logical_type> raw;
    for (const ColumnSpec& column : columns) {
        types.push_back(logical_type(column));
        raw.push_back(types.back().get());
    }
    return ChunkHandle(duckdb_create_data_chunk(raw.data(), raw.size()));
}

std::string column_definitions(const std::vector<ColumnSpec>& columns) {
    std::string sql;
    for (const ColumnSpec& column : columns) {
        if (!sql.empty()) sql += ", ";
        sql += quote_name(column.name) + " " + to_sql(column);
    }
    return sql;
}

std::string column_names(const std::vector<ColumnSpec>& columns) {
    std::string sql;
    for (const ColumnSpec& column : columns) {
        if (!sql.empty()) sql += ", ";
        sql += quote_name(column.name);
    }
    return sql;
}

int field_id(std::string_view name) {
    // Positive 31-bit numbers; two of 4,096 names meet with a chance of 0.4 %, and are refused
    // then.
    return static_cast<int>(hash64(to_lower_ascii(name)) & 0x7fff'ffff);
}

Result<void> check_columns(const std::vector<ColumnSpec>& columns) {
    if (columns.empty())
        return Error(ErrorCode::InvalidArgument, "a table needs at least one column");
    if (columns.size() > limits::columns_max) {
        return Error(
            ErrorCode::InvalidArgument,
            "a table can have at most " + format_count(limits::columns_max) + " columns"
        );
    }
    std::set<int> ids;
    std::set<std::string> names;
    for (const ColumnSpec& column : with_provenance(columns)) {
        if (column.name.empty() || column.name.find('\0') != std::string::npos ||
            !valid_utf8(column.name)) {
            return Error(ErrorCode::InvalidArgument, "a column's name is empty or not text");
        }
        if (!names.insert(to_lower_ascii(column.name)).second ||
            !ids.insert(field_id(column.name)).second) {
            return Error(
                       ErrorCode::InvalidArgument,
                       "the column \"" + column.name + "\" is there twice"
            )
                .with_hint(
                    "Column names are compared without regard to case; names of provenance "
                    "(_source, …) are taken."
                );
        }
    }
    return {};
}

Result<void> check_texts(const RowBatch& rows) {
    for (std::size_t i = 0; i < rows.column_count() && rows.row_count() > 0; ++i) {
        const ColumnSpec& spec = rows.specs()[i];
        if (spec.type != ColumnType::Text || valid_texts(rows.column(i), 0, rows.row_count()))
            continue;
        return Error(ErrorCode::InvalidArgument, "a text is not UTF-8").in("column " + spec.name);
    }
    return {};
}

Result<void> fill_columns(
    duckdb_data_chunk chunk, const RowBatch& rows, std::size_t begin, std::size_t count
) {
    CHECK(count <= duckdb_vector_size());
    for (std::size_t i = 0; i < rows.column_count(); ++i) {
        auto filled = fill_vector(
            duckdb_data_chunk_get_vector(chunk, i), rows.specs()[i], rows.column(i), begin, count
        );
        if (!filled.ok()) return std::move(filled).error().in("column " + rows.specs()[i].name);
    }
    duckdb_data_chunk_set_size(chunk, count);
    return {};
}

Result<void> fill_chunk(
    duckdb_data_chunk chunk, const RowBatch& rows, std::size_t begin, std::size_t count
) {
    TRY(fill_columns(chunk, rows, begin, count));
    fill_provenance(chunk, rows.column_count(), rows, begin, count);
    return {};
}

void read_chunk(duckdb_data_chunk chunk, std::size_t begin, std::size_t count, RowBatch& rows) {
    const idx_t columns = rows.column_count();
    std::vector<VectorView> views;
    for (idx_t i = 0; i < columns; ++i)
        views.emplace_back(duckdb_data_chunk_get_vector(chunk, i), rows.specs()[i]);
    const auto data = [&](idx_t i) {
        return duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, columns + i));
    };
    const bool from_stream = rows.origin == stream_origin;
    const auto* partitions = static_cast<const std::int32_t*>(data(1));
    const auto* sequences = static_cast<const std::int64_t*>(data(from_stream ? 2 : 4));
    const auto* received = static_cast<const std::int64_t*>(data(5));
    for (idx_t row = begin; row < begin + count; ++row) {
        for (idx_t i = 0; i < columns; ++i) views[i].read(row, rows.column(i));
        rows.commit_row(
            {PartitionId(from_stream ? partitions[row] : 0),
             sequences[row],
             Timestamp{received[row]}}
        );
    }
    if (count > 0) rows.source_name = std::string(text_at(data(0), begin));
}

}  // namespace tradewind::engine
