// Rows of a running statement, handed from one instance to another chunk by chunk.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/duckdb_instance.h"
#include "engine/duckdb_query.h"
#include "engine/duckdb_source.h"

namespace tradewind::engine {

// A streaming statement of ours. Holds its connection until destroyed; can be read once.
class ResultSource : public TableSource {
public:
    static Result<std::shared_ptr<ResultSource>> run(
        std::unique_ptr<Connection> connection, const std::string& sql
    );

    std::vector<std::string> names() const override;
    std::vector<TypeHandle> types() const override;
    std::unique_ptr<SourceCursor> open() override;
    // The next chunk; empty at the end, however often it is asked.
    Result<ChunkHandle> next_chunk();

private:
    explicit ResultSource(std::unique_ptr<Connection> connection)
        : connection_(std::move(connection)) {}

    std::unique_ptr<Connection> connection_;
    mutable ResultHandle result_;
    bool finished_ = false;
};

// A user's query. It must outlive the source; can be read once.
class QuerySource : public TableSource {
public:
    explicit QuerySource(UserQuery& query) : query_(query) {}

    std::vector<std::string> names() const override;
    std::vector<TypeHandle> types() const override { return query_.logical_types(); }
    std::unique_ptr<SourceCursor> open() override;

private:
    UserQuery& query_;
};

}  // namespace tradewind::engine
