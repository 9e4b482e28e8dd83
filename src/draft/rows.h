// The rows that an import would bring, as SQL tables to learn from: raw.<source> and the clean
// tables made of them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "draft/scratch.h"
#include "draft/table.h"

namespace tradewind::draft {

class Rows {
public:
    static Result<std::unique_ptr<Rows>> open(Scratch& scratch);

    // raw.<source> over table.row_files; with its key the rows received last, as everywhere.
    Result<void> add_raw(const Table& table);
    // <package>.<source> by table.clean_sql.
    Result<void> add_clean(const std::string& package, const Table& table);
    Result<quality::Profile> profile(const catalog::TableName& name);

    // The values of aggregates over a table, in their order; null: nothing.
    Result<std::vector<std::optional<std::string>>> aggregates(
        const std::string& from, const std::vector<std::string>& expressions
    );
    // Does no row of the table share the values of these columns with another?
    Result<bool> unique(const std::string& from, const std::vector<std::string>& columns);
    Result<std::int64_t> count(const std::string& sql);

private:
    explicit Rows(Scratch& scratch) : scratch_(scratch) {}

    Scratch& scratch_;
    std::unique_ptr<engine::Work> work_;
};

}  // namespace tradewind::draft
