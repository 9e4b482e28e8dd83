#include "pipeline/kernel_run.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/sql_text.h"
#include "pipeline/maker.h"

namespace tradewind::pipeline {

namespace {

constexpr std::array<std::string_view, 4> whole_numbers{"TINYINT", "SMALLINT", "INTEGER", "BIGINT"};

std::string number(const std::string& column) {
    return column.empty() ? "CAST(0 AS BIGINT)" : "CAST(" + quote_name(column) + " AS BIGINT)";
}

// Columns that are there and no whole numbers: which, and what they are.
Result<std::string> unfit_columns(
    engine::Work& work, const catalog::TableName& table, const std::vector<std::string>& columns
) {
    std::string list;
    for (const std::string& column : columns) {
        if (!column.empty()) list += (list.empty() ? "" : ", ") + quote_name(column);
    }
    for (const auto& column : TRY(work.columns("SELECT " + list + " FROM " + quote_table(table)))) {
        if (std::ranges::find(whole_numbers, column.type) == whole_numbers.end())
            return "column " + column.name + " of " + table.text() + " is a " + column.type;
    }
    return std::string();
}

class Reading {
public:
    Reading(engine::Work& work, const Asset& asset, kernel::Grouping& grouping)
        : work_(work),
          all_(*asset.interactions),
          orders_(asset.inputs[0].name),
          lines_(asset.inputs.size() > 1 ? &asset.inputs[1].name : nullptr),
          grouping_(grouping) {}

    // Empty: the columns fit.
    Result<std::string> unfit() {
        std::vector<std::string> columns{all_.order, all_.user, all_.sequence, all_.gap};
        columns.insert(columns.end(), all_.carried.begin(), all_.carried.end());
        std::string reason = TRY(unfit_columns(work_, orders_, columns));
        if (!reason.empty() || lines_ == nullptr) return reason;
        return unfit_columns(
            work_, *lines_, {all_.line_order, all_.item, all_.position, all_.repeat}
        );
    }

    Result<void> orders() {
        std::string sql = "SELECT " + number(all_.order) + " AS c0, " + number(all_.user) +
                          " AS c1, " + number(all_.sequence) + " AS c2, " +
                          (all_.gap.empty() ? "CAST(NULL AS BIGINT)" : number(all_.gap)) +
                          " AS c3, ";
        sql += all_.set.empty() ? "CAST(1 AS BIGINT)"
                                : "CAST(CASE WHEN " + quote_name(all_.set) + " = " +
                                      set_literal(all_) + " THEN 1 ELSE 0 END AS BIGINT)";
        sql += " AS c4";
        for (std::size_t i = 0; i < all_.carried.size(); ++i)
            sql += ", " + number(all_.carried[i]) + " AS c" + std::to_string(5 + i);
        sql += " FROM " + quote_table(orders_) + " ORDER BY c1, c2, c0";
        return read(sql, [this](const kernel::Block& block) {
            return grouping_.add_orders(block);
        });
    }

    Result<void> lines() {
        if (lines_ == nullptr) return {};
        const std::string sql = "SELECT " + number(all_.line_order) + " AS c0, " +
                                number(all_.item) + " AS c1, " + number(all_.position) +
                                " AS c2, " + number(all_.repeat) + " AS c3 FROM " +
                                quote_table(*lines_);
        return read(sql, [this](const kernel::Block& block) { return grouping_.add_lines(block); });
    }

private:
    template <typename Take>
    Result<void> read(const std::string& sql, Take take) {
        const auto reader = TRY(work_.read_integers(sql));
        engine::IntegerChunk chunk;
        kernel::Block block;
        while (TRY(reader->next(chunk))) {
            block.rows = chunk.rows;
            block.columns.clear();
            for (const engine::IntegerColumn& column : chunk.columns)
                block.columns.push_back({column.values, column.valid});
            TRY(take(block));
        }
        return {};
    }

    engine::Work& work_;
    const Interactions& all_;
    const catalog::TableName& orders_;
    const catalog::TableName* lines_;  // null: none are read
    kernel::Grouping& grouping_;
};

}  // namespace

KernelRun::KernelRun(
    const PipelineParts& parts,
    const PipelineOptions& options,
    RunInputs& inputs,
    const std::vector<const Asset*>& assets
)
    : parts_(parts), options_(options), inputs_(inputs) {
    for (const Asset* asset : assets) {
        if (asset->interactions == nullptr) continue;
        std::unique_ptr<Shared>& shared = shared_[asset->interactions.get()];
        if (!shared) shared = std::make_unique<Shared>();
        shared->waiting.insert(asset->name);
    }
}

namespace {

// What stands for the asset where its interactions are read: the same, with orders and lines as its
// inputs.
Asset reader_of(const Asset& asset) {
    Asset reads;
    reads.package = asset.package;
    reads.name = asset.name;
    reads.interactions = asset.interactions;
    reads.inputs = asset.interaction_inputs;
    const kernel::Kind kind = asset.interactions->tables[asset.interaction_table].kind;
    if (kind == kernel::Kind::UsersByOrders) reads.inputs.resize(1);
    return reads;
}

}  // namespace

Result<std::map<catalog::TableName, std::int64_t>> KernelRun::versions_of(const Asset& reads) {
    std::map<catalog::TableName, std::int64_t> versions;
    for (const catalog::TableName& name : inputs_.stored_inputs(reads)) {
        const PinnedTable* table = TRY(inputs_.table(name));
        versions[name] = table->version;
    }
    return versions;
}

Result<std::shared_ptr<const GroupedInteractions>> KernelRun::groups(
    const Asset& asset, const MakeOrder& order
) {
    const Asset reads = reader_of(asset);
    if (reads.inputs.size() == 1) return make(reads, order);
    Shared& shared = *shared_.at(asset.interactions.get());
    std::lock_guard lock(shared.mutex);
    const auto versions = TRY(versions_of(reads));
    if (!shared.groups || shared.groups->versions != versions)
        shared.groups = TRY(make(reads, order));
    return shared.groups;
}

void KernelRun::done(const Asset& asset) {
    const auto found = shared_.find(asset.interactions.get());
    if (found == shared_.end()) return;
    std::lock_guard lock(found->second->mutex);
    found->second->waiting.erase(asset.name);
    if (found->second->waiting.empty()) found->second->groups.reset();
}

Result<std::shared_ptr<const GroupedInteractions>> KernelRun::make(
    const Asset& reads, const MakeOrder& order
) {
    auto grouped = std::make_shared<GroupedInteractions>();
    grouped->versions = TRY(versions_of(reads));
    engine::WorkOptions options;
    options.timeout_us = order.timeout_us;
    options.cancelled = order.cancelled;
    const auto work = TRY(parts_.engine->open_work(options));
    TRY(inputs_.add_to(*work, reads));
    kernel::Options kernel;
    kernel.memory_bytes_max = options_.kernel_memory_bytes_max;
    kernel.scratch_folder = os::join(options_.scratch_folder, "kernel");
    kernel.threads = options_.kernel_threads;
    kernel.cancelled = order.cancelled;
    const auto grouping =
        kernel::begin_grouping(kernel, reads.interactions->carried.size(), *parts_.files);
    Reading reading(*work, reads, *grouping);
    const auto group = [&]() -> Result<std::unique_ptr<kernel::Groups>> {
        grouped->unfit = TRY(reading.unfit());
        if (!grouped->unfit.empty()) return std::unique_ptr<kernel::Groups>();
        TRY(reading.orders());
        TRY(reading.lines());
        return grouping->finish();
    };
    auto groups = group();
    if (groups.ok()) {
        grouped->groups = std::move(groups).take();
    } else if (groups.error().code() == ErrorCode::InvalidArgument) {
        grouped->unfit = groups.error().message();
    } else {
        return std::move(groups).error();
    }
    if (!grouped->unfit.empty())
        log::info(
            "interactions are made by SQL",
            {{"asset", reads.name.text()}, {"reason", grouped->unfit}}
        );
    return std::shared_ptr<const GroupedInteractions>(std::move(grouped));
}

}  // namespace tradewind::pipeline
