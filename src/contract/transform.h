// A contract's transform: steps compiled to slots. Every row starts with its columns in the first
// slots; computed values get slots of their own; renaming and dropping only change which slot a
// column of the result is read from.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/row_batch.h"
#include "base/yaml.h"
#include "contract/expression.h"

namespace tradewind::contract {

struct TransformResult;

class Transform {
public:
    Transform() = default;

    // `fixed` are columns that may be set but neither renamed nor dropped (the contract's key and
    // event time). InvalidArgument with the place of the first fault.
    static Result<Transform> parse(
        const yaml::Node& steps,
        const std::vector<ColumnSpec>& columns,
        const std::vector<std::string>& fixed
    );

    bool empty() const { return steps_.empty(); }
    const std::vector<ColumnSpec>& output_columns() const { return output_; }
    // Changes when what it does changes.
    const std::string& canonical() const { return canonical_; }

    TransformResult apply(const RowBatch& rows) const;

private:
    friend class TransformParser;
    friend class TransformRun;
    // A filter (slot < 0) or a computed column.
    struct Step {
        Expression expression;
        int slot = -1;
        ColumnSpec column;  // of a computed column
        std::string rule;   // of a filter
        std::size_t rule_index = 0;
    };

    std::vector<Step> steps_;
    std::vector<std::string> rules_;
    std::size_t slot_count_ = 0;
    std::vector<int> loaded_;  // input columns that something reads
    std::vector<ColumnSpec> output_;
    std::vector<int> output_slots_;
    std::string canonical_;
};

}  // namespace tradewind::contract
