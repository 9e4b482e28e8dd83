// Owning handles for the objects of DuckDB's C API: each is destroyed by the function that the API
// names for it. Only duckdb_*.cc files include this.
#pragma once

#include <duckdb.h>

#include <utility>

namespace tradewind::engine {

template <typename T, auto destroy>
class Handle {
public:
    Handle() = default;
    explicit Handle(T raw) : raw_(raw) {}
    Handle(Handle&& other) noexcept : raw_(std::exchange(other.raw_, T{})) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(raw_, other.raw_);
        return *this;
    }
    ~Handle() { reset(); }

    void reset() {
        if (raw_ != T{}) destroy(&raw_);
        raw_ = T{};
    }
    T get() const { return raw_; }
    // For functions that fill in an empty handle.
    T* out() {
        reset();
        return &raw_;
    }
    explicit operator bool() const { return raw_ != T{}; }

private:
    T raw_{};
};

using DatabaseHandle = Handle<duckdb_database, duckdb_close>;
using ConnectionHandle = Handle<duckdb_connection, duckdb_disconnect>;
using ConfigHandle = Handle<duckdb_config, duckdb_destroy_config>;
using PreparedHandle = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using ExtractedHandle = Handle<duckdb_extracted_statements, duckdb_destroy_extracted>;
using PendingHandle = Handle<duckdb_pending_result, duckdb_destroy_pending>;
using ChunkHandle = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using TypeHandle = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using ValueHandle = Handle<duckdb_value, duckdb_destroy_value>;
using TableFunctionHandle = Handle<duckdb_table_function, duckdb_destroy_table_function>;

// A result is a struct rather than a pointer, so it has a handle of its own.
class ResultHandle {
public:
    ResultHandle() = default;
    ResultHandle(ResultHandle&& other) noexcept
        : raw_(std::exchange(other.raw_, {})), filled_(std::exchange(other.filled_, false)) {}
    ResultHandle& operator=(ResultHandle&& other) noexcept {
        std::swap(raw_, other.raw_);
        std::swap(filled_, other.filled_);
        return *this;
    }
    ~ResultHandle() { reset(); }

    void reset() {
        if (filled_) duckdb_destroy_result(&raw_);
        raw_ = {};
        filled_ = false;
    }
    duckdb_result* get() { return &raw_; }
    duckdb_result* out() {
        reset();
        filled_ = true;
        return &raw_;
    }

private:
    duckdb_result raw_{};
    bool filled_ = false;
};

// An appender whose last flush failed must be cleared before it is destroyed, or destroying it
// tries to write the same rows again.
inline duckdb_state destroy_appender(duckdb_appender* appender) {
    duckdb_appender_clear(*appender);
    return duckdb_appender_destroy(appender);
}
using AppenderHandle = Handle<duckdb_appender, destroy_appender>;

}  // namespace tradewind::engine
