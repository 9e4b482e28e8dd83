// How far sources of databases were read, in meta.sqlite.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "os/database.h"

namespace tradewind::extract {

struct Watermark {
    std::string after;       // literal of the database's SQL; empty: nothing was read yet
    std::int64_t reads = 0;  // that were confirmed
};

// Any thread.
class Watermarks {
public:
    static Result<Watermarks> open(os::Database& database);

    // Conflict: the source was read from elsewhere, or by another column, before.
    Result<Watermark> of(
        const std::string& source, const std::string& connection, const std::string& column
    );
    // The read of that number reached `up_to`; told again: ok, and nothing is done.
    Result<void> confirm(const std::string& source, std::int64_t number, const std::string& up_to);

private:
    explicit Watermarks(os::Database& database) : database_(&database) {}
    os::Database* database_;
};

}  // namespace tradewind::extract
