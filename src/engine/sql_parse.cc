#include "engine/sql_parse.h"

#include "engine/duckdb_text.h"

namespace tradewind::engine {

namespace {

// The one text that `function(text)` gives.
Result<std::string> call(Connection& connection, const char* function, const std::string& text) {
    PreparedHandle prepared;
    const std::string sql = std::string("SELECT ") + function + "($1::VARCHAR)";
    if (duckdb_prepare(connection.raw(), sql.c_str(), prepared.out()) != DuckDBSuccess) {
        return Error(ErrorCode::Unavailable, "the SQL engine cannot check statements")
            .with_detail(duckdb_prepare_error(prepared.get()));
    }
    duckdb_bind_varchar_length(prepared.get(), 1, text.data(), text.size());
    ResultHandle result;
    if (duckdb_execute_prepared(prepared.get(), result.out()) != DuckDBSuccess)
        return error_from(result.get());
    const ChunkHandle chunk(duckdb_fetch_chunk(*result.get()));
    if (!chunk || duckdb_data_chunk_get_size(chunk.get()) != 1) {
        return Error(ErrorCode::Unavailable, "the SQL engine cannot check statements");
    }
    const TypeHandle text_type(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
    ColumnText answer = TRY(ColumnText::make(text_type.get()));
    answer.bind(duckdb_data_chunk_get_vector(chunk.get(), 0));
    return std::string(answer.text(0));
}

}  // namespace

Result<std::string> tree_of(Connection& connection, const std::string& sql) {
    return call(connection, "json_serialize_sql", sql);
}

Result<std::string> sql_of(Connection& connection, const std::string& tree) {
    return call(connection, "json_deserialize_sql", tree);
}

}  // namespace tradewind::engine
