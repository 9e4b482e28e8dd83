#include <deque>
#include <vector>

#include "serving/rocksdb_adapter.h"
#include "serving/row_value.h"

namespace tradewind::serving {

namespace {

// Knows no tables: values describe themselves. So operands of a table that has changed or gone can
// still be folded when the log is replayed or files are compacted.
class RowMergeOperator : public rocksdb::MergeOperator {
public:
    bool FullMergeV2(const MergeOperationInput& in, MergeOperationOutput* out) const override {
        if (in.existing_value == nullptr && in.operand_list.size() == 1) {
            out->existing_operand = in.operand_list.front();
            return true;
        }
        std::vector<std::string_view> values;
        values.reserve(in.operand_list.size() + 1);
        if (in.existing_value != nullptr) values.push_back(to_view(*in.existing_value));
        for (const rocksdb::Slice& operand : in.operand_list) values.push_back(to_view(operand));
        out->new_value.clear(
        );  // an iterator hands in its last value, whatever the documentation says
        return fold(values, out->new_value);
    }

    bool PartialMergeMulti(
        const rocksdb::Slice& /*key*/,
        const std::deque<rocksdb::Slice>& operands,
        std::string* out,
        rocksdb::Logger* /*logger*/
    ) const override {
        std::vector<std::string_view> values;
        values.reserve(operands.size());
        for (const rocksdb::Slice& operand : operands) values.push_back(to_view(operand));
        if (fold(values, *out)) return true;
        out->clear();  // the full merge will meet the damage again, and report it
        return false;
    }

    const char* Name() const override { return "tradewind.serving.row.1"; }
};

}  // namespace

std::shared_ptr<rocksdb::MergeOperator> make_row_merge_operator() {
    return std::make_shared<RowMergeOperator>();
}

}  // namespace tradewind::serving
