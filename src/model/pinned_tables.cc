#include "model/pinned_tables.h"

#include <utility>

namespace tradewind::model {

namespace {

// What runs give to SQL as run.params; a view that asks sees none of them.
const catalog::TableName params_name{"run", "params"};

}  // namespace

Result<std::unique_ptr<PinnedTables>> PinnedTables::open(
    const ModelParts& parts,
    std::int64_t timeout_us,
    std::shared_ptr<const std::atomic<bool>> cancelled
) {
    std::unique_ptr<PinnedTables> tables(new PinnedTables(parts));
    engine::WorkOptions options;
    options.timeout_us = timeout_us;
    options.cancelled = std::move(cancelled);
    tables->work_ = TRY(parts.engine->open_work(options));
    return tables;
}

Result<void> PinnedTables::add_stored(const catalog::TableInfo& info) {
    const catalog::TableName& name = info.declared.name;
    if (info.declared.dataset.empty()) {  // crawled: its version tells its files
        versions_[name.text()] = info.version.number;
        return work_->add_table(TRY(parts_.catalog->files(name)));
    }
    auto pin = TRY(parts_.lake->pin(info.declared.dataset));
    const std::int64_t version = pin->version().number;
    if (version == 0 && info.declared.kind == catalog::Kind::Asset) {
        return Error(ErrorCode::Conflict, name.text() + " has never been made")
            .with_hint("Run it first: tradewind run " + name.schema + ":+" + name.table + ".");
    }
    versions_[name.text()] = version;
    pins_.push_back(std::move(pin));
    return work_->add_table(
        TRY(parts_.catalog->files(name, version == 0 ? std::nullopt : std::optional(version)))
    );
}

Result<void> PinnedTables::add(const catalog::TableName& name) {
    if (!present_.insert(name).second) return {};
    if (name == params_name) {
        TRY(work_->add_result(
            name, "SELECT CAST('' AS STRING) AS name, CAST('' AS STRING) AS value WHERE false"
        ));
        return {};
    }
    const catalog::TableInfo info = TRY(parts_.catalog->show(name));
    if (!info.damage.empty())
        return Error(ErrorCode::Corruption, name.text() + " is damaged").with_detail(info.damage);
    if (info.declared.kind != catalog::Kind::View) return add_stored(info);
    for (const engine::TableUse& use : TRY(parts_.engine->tables_of(info.declared.sql))) {
        const bool bare = use.name.schema.empty();
        TRY(add(bare ? catalog::TableName{name.schema, use.name.table} : use.name));
    }
    return work_->add_view(name, info.declared.sql);
}

}  // namespace tradewind::model
