#include "engine/duckdb_result_source.h"

#include <functional>
#include <utility>

namespace tradewind::engine {

namespace {

// Passes chunks on without copying: the vectors share their memory.
class ChunkCursor : public SourceCursor {
public:
    explicit ChunkCursor(std::function<Result<ChunkHandle>()> next) : next_(std::move(next)) {}

    Result<void> next(duckdb_data_chunk chunk) override {
        const ChunkHandle from = TRY(next_());
        const idx_t size = from ? duckdb_data_chunk_get_size(from.get()) : 0;
        for (idx_t i = 0; from && i < duckdb_data_chunk_get_column_count(chunk); ++i) {
            duckdb_vector_reference_vector(
                duckdb_data_chunk_get_vector(chunk, i), duckdb_data_chunk_get_vector(from.get(), i)
            );
        }
        duckdb_data_chunk_set_size(chunk, size);
        return {};
    }

private:
    std::function<Result<ChunkHandle>()> next_;
};

}  // namespace

Result<std::shared_ptr<ResultSource>> ResultSource::run(
    std::unique_ptr<Connection> connection, const std::string& sql
) {
    std::shared_ptr<ResultSource> source(new ResultSource(std::move(connection)));
    source->result_ = TRY(source->connection_->run_streaming(sql));
    return source;
}

std::vector<std::string> ResultSource::names() const {
    std::vector<std::string> names;
    for (idx_t i = 0; i < duckdb_column_count(result_.get()); ++i)
        names.emplace_back(duckdb_column_name(result_.get(), i));
    return names;
}

std::vector<TypeHandle> ResultSource::types() const {
    std::vector<TypeHandle> types;
    for (idx_t i = 0; i < duckdb_column_count(result_.get()); ++i)
        types.emplace_back(duckdb_column_logical_type(result_.get(), i));
    return types;
}

Result<ChunkHandle> ResultSource::next_chunk() {
    if (finished_) return ChunkHandle();  // the engine makes an error of asking again
    ChunkHandle chunk(duckdb_fetch_chunk(*result_.get()));
    if (chunk) return chunk;
    finished_ = true;
    const char* problem = duckdb_result_error(result_.get());
    if (problem != nullptr && *problem != '\0') return error_from(result_.get());
    return chunk;
}

std::unique_ptr<SourceCursor> ResultSource::open() {
    return std::make_unique<ChunkCursor>([this] { return next_chunk(); });
}

std::vector<std::string> QuerySource::names() const {
    std::vector<std::string> names;
    for (const ResultColumn& column : query_.columns()) names.push_back(column.name);
    return names;
}

std::unique_ptr<SourceCursor> QuerySource::open() {
    return std::make_unique<ChunkCursor>([this] { return query_.next_chunk(); });
}

}  // namespace tradewind::engine
