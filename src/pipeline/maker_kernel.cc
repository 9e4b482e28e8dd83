// Tables of interactions, written from what the kernel grouped.
#include <algorithm>
#include <utility>

#include "pipeline/kernel_run.h"
#include "pipeline/maker.h"

namespace tradewind::pipeline {

namespace {

// Between the kernel's columns and the engine's.
class KernelRows : public engine::ComputedRows {
public:
    explicit KernelRows(std::unique_ptr<kernel::Rows> rows) : rows_(std::move(rows)) {}

    Result<std::size_t> next(
        const std::vector<engine::ComputedValues>& columns, std::size_t rows_max
    ) override {
        out_.clear();
        for (const engine::ComputedValues& column : columns)
            out_.push_back({column.integers, column.reals, column.valid});
        return rows_->next(out_, rows_max);
    }

private:
    std::unique_ptr<kernel::Rows> rows_;
    std::vector<kernel::OutColumn> out_;
};

kernel::TablePlan plan_of(const InteractionTable& table) {
    kernel::TablePlan plan;
    plan.kind = table.kind;
    for (const InteractionColumn& column : table.columns) {
        if (column.measure) plan.columns.push_back(*column.measure);
    }
    return plan;
}

std::vector<engine::ComputedColumn> columns_of(
    const Interactions& all,
    const InteractionTable& table,
    const std::vector<catalog::Column>& shape
) {
    CHECK(shape.size() == table.columns.size());
    std::vector<engine::ComputedColumn> columns;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        engine::ComputedColumn column{shape[i].name, shape[i].type, false, false, std::nullopt};
        const auto& measure = table.columns[i].measure;
        if (measure) {
            column.real = kernel::is_real(measure->measure);
            column.nullable = kernel::may_be_null(measure->measure);
        } else {
            column.constant = all.set_value.scalar();
        }
        columns.push_back(std::move(column));
    }
    return columns;
}

}  // namespace

// The tables between the lines and this one are as they would be made of the very lines and orders
// that the kernel reads: what SQL would read of them is what the kernel has.
Result<bool> AssetMaker::stands_on_interactions(const Asset& asset) {
    for (const catalog::TableName& name : inputs_.stored_inputs(asset)) {
        const Asset* member = nullptr;
        for (const engine::TableUse& use : asset.inputs) {
            if (use.name == name) member = inputs_.asset(name);
        }
        const bool same = member != nullptr && member->interactions == asset.interactions;
        if (!same) continue;
        AssetMaker maker(parts_, options_, inputs_, *member, order_);
        TRY(maker.find_statement());
        const PinnedTable* table = TRY(inputs_.table(name));
        if (!table->pin || !TRY(maker.made_from_inputs(table->pin->version()))) return false;
        if (!TRY(maker.stands_on_interactions(*member))) return false;
    }
    return true;
}

// False: SQL makes it, and `note_` may say why.
Result<bool> AssetMaker::write_by_kernel(Draft& draft) {
    if (order_.kernels == nullptr || asset_.interactions == nullptr) return false;
    if (!TRY(stands_on_interactions(asset_))) return false;
    const auto grouped = TRY(order_.kernels->groups(asset_, order_));
    if (!grouped->groups) {
        note_ = "made by SQL: " + grouped->unfit;
        return false;
    }
    const InteractionTable& table = asset_.interactions->tables[asset_.interaction_table];
    const kernel::TablePlan plan = plan_of(table);
    std::vector<engine::ComputedFile> files;
    for (std::size_t part = 0; part < grouped->groups->parts(plan); ++part) {
        files.push_back({
            TRY(parts_.lake->scratch_path(".parquet"))
            , std::make_unique<KernelRows>(grouped->groups->open(plan, part))
        });
    }
    std::vector<std::string> paths;
    for (const engine::ComputedFile& file : files) paths.push_back(file.path);
    auto written = work_->write_computed(
        columns_of(*asset_.interactions, table, draft.columns),
        std::move(files),
        options_.kernel_threads
    );
    if (!written.ok()) {
        for (const std::string& path : paths) {
            const Result<void> given_back = parts_.lake->discard(path);
            static_cast<void>(given_back.ok());
        }
        return std::move(written).error();
    }
    for (std::size_t part = 0; part < written->size(); ++part) {
        lake::DataFile file = TRY(adopt((*written)[part], json::Value()));
        file.extra = json::Value::object();
        file.extra.set("part", static_cast<std::int64_t>(part));
        draft.rows_made += file.row_count;
        draft.commit.add.push_back(std::move(file));
    }
    draft.sorted_by = sorted_by(table);
    return true;
}

}  // namespace tradewind::pipeline
