// Rows that the engine pulls from us while it runs a statement: a table function whose rows come,
// chunk by chunk, from a TableSource.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/duckdb_handle.h"
#include "engine/duckdb_instance.h"

namespace tradewind::engine {

// One pass over a source's rows; one thread.
class SourceCursor {
public:
    virtual ~SourceCursor() = default;
    // Fills the empty chunk; size 0 at the end.
    virtual Result<void> next(duckdb_data_chunk chunk) = 0;
};

class TableSource {
public:
    virtual ~TableSource() = default;
    virtual std::vector<std::string> names() const = 0;
    virtual std::vector<TypeHandle> types() const = 0;
    virtual std::unique_ptr<SourceCursor> open() = 0;
};

// Makes `SELECT … FROM <function>('<name>')` read the source that `find` knows by that name. The
// function must outlive the instance's use.
using FindSource = std::function<std::shared_ptr<TableSource>(std::string_view name)>;
Result<void> register_source_function(
    Connection& connection, const std::string& function, FindSource find
);

// Sources that live for one statement. Methods: any thread.
class StatementSources {
public:
    Result<void> register_on(Connection& connection);
    // Holds the source under a name of its own until destroyed.
    class Use {
    public:
        Use(StatementSources& sources, std::shared_ptr<TableSource> source);
        ~Use();
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
        // `function('name')`: what to select from.
        std::string sql() const;

    private:
        StatementSources& sources_;
        std::string name_;
    };

private:
    std::shared_ptr<TableSource> find(std::string_view name);

    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<TableSource>, std::less<>> sources_;
    std::int64_t next_number_ = 0;
};

}  // namespace tradewind::engine
