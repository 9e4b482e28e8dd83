// Chunks of a result as a stream of Arrow's IPC messages: schema, record batches, end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/duckdb_handle.h"

namespace tradewind::engine {

// One thread at a time.
class ArrowStream {
public:
    // InvalidArgument: a column's type has no place in such a stream.
    static Result<std::unique_ptr<ArrowStream>> begin(
        duckdb_result* result,
        const std::vector<TypeHandle>& types,
        const std::vector<std::string>& names
    );
    ~ArrowStream();

    // Each adds its message to `out`.
    Result<void> append_schema(std::string& out);
    Result<void> append_batch(duckdb_data_chunk chunk, std::string& out);
    Result<void> append_end(std::string& out);

private:
    struct Parts;
    explicit ArrowStream(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace tradewind::engine
