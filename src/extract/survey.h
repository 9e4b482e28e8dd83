// What the databases had when they were last looked at, in meta.sqlite: system.database_columns.
#pragma once

#include <string>
#include <vector>

#include "base/row_batch.h"
#include "extract/extract.h"

namespace tradewind::extract {

// Any thread.
class Survey {
public:
    static Result<Survey> open(os::Database& database);

    // In place of what was known of this connection.
    Result<void> remember(
        const std::string& connection, const std::vector<TableInfo>& tables, Timestamp at
    );
    // Of these connections; what was known of others is forgotten.
    Result<void> keep_only(const Connections& connections);
    Result<RowBatch> rows();

private:
    explicit Survey(os::Database& database) : database_(&database) {}
    Result<void> insert(const std::string& connection, const TableInfo& table, Timestamp at);
    os::Database* database_;
};

}  // namespace tradewind::extract
