#include "serving/table_batch.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "base/check.h"
#include "serving/item_columns.h"
#include "serving/key.h"
#include "serving/key_groups.h"
#include "serving/row_value.h"

namespace tradewind::serving {

namespace {

// Makes operands from groups of rows; its buffers are used again for each.
class OperandMaker {
public:
    OperandMaker(const TableSpec& table, const RowBatch& rows, std::vector<const Column*> columns)
        : table_(table),
          rows_(rows),
          columns_(std::move(columns)),
          slots_(table.slots.size()),
          item_(table.item_columns.size()) {}

    KeyGroups group_rows() const {
        CHECK(rows_.row_count() < UINT32_MAX);
        KeyGroups groups(rows_.row_count());
        std::string key;
        for (std::uint32_t row = 0; row < rows_.row_count(); ++row) {
            key.clear();
            if (append_key(key, row)) groups.add(row, key);
        }
        groups.finish();
        return groups;
    }

    std::string_view make(std::span<const std::uint32_t> group) {
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            slots_[i] = SlotState::empty(table_.slots[i].aggregate);
        }
        items_.clear();
        for (const std::uint32_t row : in_provenance_order(group)) add(row);
        operand_.clear();
        begin_value(operand_);
        append_section(operand_, rows_.origin, slots_, items_);
        return operand_;
    }

private:
    Cell cell(int column, std::uint32_t row) const {
        return cell_at(*columns_[static_cast<std::size_t>(column)], row);
    }

    // False: a key column is null, and the row belongs nowhere.
    bool append_key(std::string& key, std::uint32_t row) const {
        const Cell partition = cell(table_.partition_key, row);
        if (partition.null()) return false;
        append_key_part(key, partition);
        if (!table_.has_sort_key()) return true;
        const Cell sort = cell(table_.sort_key, row);
        if (sort.null()) return false;
        append_key_part(key, sort);
        return true;
    }

    std::span<const std::uint32_t> in_provenance_order(std::span<const std::uint32_t> group) {
        const auto before = [this](std::uint32_t a, std::uint32_t b) {
            const Provenance& first = rows_.provenance(a);
            const Provenance& second = rows_.provenance(b);
            return std::tie(first.partition, first.sequence) <
                   std::tie(second.partition, second.sequence);
        };
        if (std::is_sorted(group.begin(), group.end(), before)) return group;
        order_.assign(group.begin(), group.end());
        std::stable_sort(order_.begin(), order_.end(), before);
        return order_;
    }

    void add(std::uint32_t row) {
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            combine(slots_[i], line_state(table_.slots[i], row));
        }
        if (!table_.item_columns.empty()) add_item(row);
    }

    SlotState line_state(const Slot& slot, std::uint32_t row) const {
        SlotState state;
        state.aggregate = slot.aggregate;
        if (slot.columns.empty()) {
            state.value = Cell::of(Int128{1});
        } else if (slot.columns.size() == 1) {
            state.value = cell(slot.columns[0], row);
        } else {
            state.value = product(cell(slot.columns[0], row), cell(slot.columns[1], row));
        }
        if (slot.aggregate == Aggregate::Latest) state.line = line_time(row);
        return state;
    }

    LineTime line_time(std::uint32_t row) const {
        const Cell event = cell(table_.event_time, row);
        LineTime line;
        line.timed = !event.null();
        line.event = static_cast<std::int64_t>(event.integer);
        line.origin = rows_.origin;
        line.partition = rows_.provenance(row).partition;
        line.sequence = rows_.provenance(row).sequence;
        return line;
    }

    void add_item(std::uint32_t row) {
        for (std::size_t i = 0; i < item_.size(); ++i) {
            item_[i] = cell(table_.item_columns[i], row);
        }
        item_bytes_.clear();
        append_item_columns(item_bytes_, item_);
        const Provenance& line = rows_.provenance(row);
        append_item(items_, {line.partition, line.sequence, item_bytes_});
    }

    const TableSpec& table_;
    const RowBatch& rows_;
    std::vector<const Column*> columns_;  // as table.columns
    std::vector<SlotState> slots_;
    std::vector<Cell> item_;
    std::vector<std::uint32_t> order_;
    std::string item_bytes_;
    std::string items_;
    std::string operand_;
};

Result<const Column*> bind_column(const ColumnSpec& wanted, const RowBatch& rows) {
    const int index = rows.find(wanted.name);
    if (index < 0) {
        return Error(ErrorCode::InvalidArgument, "the rows have no column '" + wanted.name + "'");
    }
    const auto at = static_cast<std::size_t>(index);
    const ColumnSpec& found = rows.specs()[at];
    if (found.type != wanted.type || found.scale != wanted.scale) {
        return Error(
            ErrorCode::InvalidArgument,
            "column '" + wanted.name + "' is " + to_sql(found) +
                ", and the table was declared with " + to_sql(wanted)
        );
    }
    return &rows.column(at);
}

}  // namespace

Result<std::vector<const Column*>> bind_columns(const TableSpec& table, const RowBatch& rows) {
    std::vector<const Column*> columns;
    for (const ColumnSpec& wanted : table.columns) {
        columns.push_back(TRY(bind_column(wanted, rows)));
    }
    return columns;
}

Result<void> visit_operands(
    const TableSpec& table, const RowBatch& rows, const VisitOperand& visit
) {
    OperandMaker maker(table, rows, TRY(bind_columns(table, rows)));
    const KeyGroups groups = maker.group_rows();
    for (std::size_t i = 0; i < groups.size(); ++i)
        visit(groups.key(i), maker.make(groups.rows(i)));
    return {};
}

}  // namespace tradewind::serving
