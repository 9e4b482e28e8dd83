// Our rows in the engine's chunks: types, table columns, and the filling of vectors from a
// RowBatch.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/row_batch.h"
#include "engine/duckdb_handle.h"

namespace tradewind::engine {

// Where a row came from, as columns: _source, _partition, _offset, _import, _row, _received_at.
const std::vector<ColumnSpec>& provenance_columns();
// `columns` and the provenance after them.
std::vector<ColumnSpec> with_provenance(std::vector<ColumnSpec> columns);

TypeHandle logical_type(const ColumnSpec& column);
ChunkHandle make_chunk(const std::vector<ColumnSpec>& columns);
// `"a" INTEGER, "b" STRING`: for CREATE TABLE.
std::string column_definitions(const std::vector<ColumnSpec>& columns);
// `"a", "b"`.
std::string column_names(const std::vector<ColumnSpec>& columns);

// The number that stands for a column in Parquet files, so that files written before the table got
// a column, or lost one, still read: derived from the name alone, whatever the case.
int field_id(std::string_view name);
// InvalidArgument: empty, without columns, two names that are equal for SQL, or reserved ones.
Result<void> check_columns(const std::vector<ColumnSpec>& columns);

// InvalidArgument: a text is not UTF-8.
Result<void> check_texts(const RowBatch& rows);
// Fills an empty chunk of make_chunk(with_provenance(…)) with rows [begin, begin + count);
// count ≤ duckdb_vector_size(). InvalidArgument: a text that is not UTF-8.
Result<void> fill_chunk(
    duckdb_data_chunk chunk, const RowBatch& rows, std::size_t begin, std::size_t count
);
// The same without provenance.
Result<void> fill_columns(
    duckdb_data_chunk chunk, const RowBatch& rows, std::size_t begin, std::size_t count
);
// Appends rows [begin, begin + count) of a chunk made of with_provenance(rows.specs()); rows.origin
// says which of its columns hold the sequence.
void read_chunk(duckdb_data_chunk chunk, std::size_t begin, std::size_t count, RowBatch& rows);

}  // namespace tradewind::engine
