// libpq: a connection that is never waited for longer than it may say nothing, and that can be
// given up at any moment.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extract/session.h"

namespace tradewind::extract {

// Rows of texts; null is an empty one.
using TextRows = std::vector<std::vector<std::string>>;

// One thread.
class PostgresLink {
public:
    static Result<std::unique_ptr<PostgresLink>> open(
        const Connection& connection, const SessionParts& parts
    );
    virtual ~PostgresLink() = default;

    virtual Result<TextRows> run(const std::string& sql) = 0;
    // Does the database take this as one statement? Nothing of it is carried out.
    virtual Result<void> prepare(const std::string& sql) = 0;
    // A COPY … TO STDOUT: its bytes; returns the rows.
    virtual Result<std::int64_t> copy_out(const std::string& sql, const CsvSink& sink) = 0;
    virtual std::string quote_name(std::string_view name) = 0;
    virtual std::string quote_literal(std::string_view text) = 0;
};

}  // namespace tradewind::extract
