// Tables that models write: rows worked out here are joined with what the work has, and published
// with one commit of the lake.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/model.h"
#include "model/pinned_tables.h"

namespace tradewind::model {

// A scratch file that goes unless it was adopted.
class Scratch {
public:
    static Result<Scratch> make(lake::Lake& lake);
    ~Scratch();
    Scratch(Scratch&& other) noexcept
        : lake_(std::exchange(other.lake_, nullptr)), path_(std::move(other.path_)) {}
    Scratch& operator=(Scratch&&) = delete;
    const std::string& path() const { return path_; }
    void adopted() { lake_ = nullptr; }

private:
    Scratch(lake::Lake& lake, std::string path) : lake_(&lake), path_(std::move(path)) {}
    lake::Lake* lake_;
    std::string path_;
};

// Computed rows as a table of the work, in the scratch file, which has to outlive its use.
Result<void> add_computed(
    engine::Work& work,
    const catalog::TableName& name,
    const std::vector<engine::ComputedColumn>& columns,
    std::unique_ptr<engine::ComputedRows> rows,
    const std::string& path
);

struct MadeTable {
    catalog::TableName name;
    std::string dataset;
    std::string file;                              // within the dataset, without its ending
    std::map<std::string, std::string> partition;  // replaced whole; empty: the table is
    std::string run;
};
// The rows of the statement become the partition, or the table; SQL sees them from then on.
Result<void> publish_rows(
    const ModelParts& parts, PinnedTables& tables, const MadeTable& made, const std::string& sql
);

}  // namespace tradewind::model
