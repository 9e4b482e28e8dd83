// One in-memory instance of the engine library, with its own limits, and connections to it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sql_text.h"
#include "engine/duckdb_handle.h"

namespace tradewind::engine {

struct InstanceOptions {
    std::uint64_t memory_bytes_max = 512u << 20;
    std::uint64_t temp_bytes_max = 1ull << 30;
    std::string temp_folder;  // empty: no spilling
    int threads = 2;
    // Where files may be read when `files_locked`; everything else is refused then.
    std::vector<std::string> readable_folders;
    std::vector<std::string> readable_files;
    bool files_locked = false;
    std::string extension_file;  // loaded before anything is locked; empty: none
    std::string no_rows_file;    // what no_rows_file() names in SQL; empty: there is no such thing
};

// "v1.5.5": the version of the C header that this was compiled with.
extern const char* const library_version_expected;

// What the library said, as an Error whose code tells the caller what to do. The text keeps the
// first line, and the rest as the detail.
Error error_from(duckdb_error_type type, const char* text);
Error error_from(duckdb_result* result);

// Carries a statement out: to its end, or until its first rows are there if it was prepared as one
// that streams. The library's own waiting would keep a processor busy while other threads work.
Result<ResultHandle> execute(PendingHandle pending);

class Connection {
public:
    Result<void> run(const std::string& sql);
    // The single integer that the statement gives.
    Result<std::int64_t> run_integer(const std::string& sql);
    Result<ResultHandle> run_result(const std::string& sql);
    // The same for one statement that may take long.
    Result<ResultHandle> run_long(const std::string& sql);
    // The rows are computed as they are fetched, not before.
    Result<ResultHandle> run_streaming(const std::string& sql);
    duckdb_connection raw() const { return handle_.get(); }

private:
    friend class Instance;
    explicit Connection(ConnectionHandle handle) : handle_(std::move(handle)) {}

    ConnectionHandle handle_;
};

// Connections must be gone before the instance. Methods: any thread; a Connection: one thread.
class Instance {
public:
    static Result<std::unique_ptr<Instance>> open(const InstanceOptions& options);
    Result<std::unique_ptr<Connection>> connect();
    // After this no setting can be changed.
    Result<void> lock();
    duckdb_database raw() const { return database_.get(); }

private:
    explicit Instance(DatabaseHandle database) : database_(std::move(database)) {}

    DatabaseHandle database_;
};

}  // namespace tradewind::engine
