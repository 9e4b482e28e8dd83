#include "pipeline/run_inputs.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/sql_text.h"
#include "pipeline/lineage.h"

namespace tradewind::pipeline {

std::set<catalog::TableName> RunInputs::stored_inputs(const Asset& asset) const {
    std::set<catalog::TableName> tables;
    for (const engine::TableUse& use : asset.inputs) {
        const Asset* input = graph_.find(use.name);
        if (input != nullptr && input->materialize == Materialize::View) {
            tables.merge(stored_inputs(*input));
        } else {
            tables.insert(use.name);
        }
    }
    tables.erase(params_name);
    return tables;
}

std::string RunInputs::params_sql(const Asset& asset) const {
    const bool read = std::ranges::any_of(asset.inputs, [](const engine::TableUse& use) {
        return use.name == params_name;
    });
    if (!read) return "";
    std::string sql;
    for (const auto& [name, value] : scope_.params)
        sql += (sql.empty() ? "VALUES (" : ", (") + quote_literal(name) + ", " +
               quote_literal(value) + ")";
    if (sql.empty()) sql = "SELECT '', '' WHERE false";
    return "SELECT CAST(name AS STRING) AS name, CAST(value AS STRING) AS value FROM (" + sql +
           ") t(name, value)";
}

namespace {

// What would read what the asset's checks look at.
Asset reader_of_check_inputs(const Asset& asset) {
    Asset reads;
    for (const catalog::TableName& name : asset.check_inputs) {
        engine::TableUse use;
        use.name = name;
        reads.inputs.push_back(use);
    }
    return reads;
}

}  // namespace

std::set<catalog::TableName> RunInputs::stored_check_inputs(const Asset& asset) const {
    std::set<catalog::TableName> names = stored_inputs(reader_of_check_inputs(asset));
    for (const catalog::TableName& name : stored_inputs(asset)) names.erase(name);
    return names;
}

PinnedVersions RunInputs::pin_all(const std::vector<const Asset*>& assets) {
    PinnedVersions versions;
    for (const Asset* asset : assets) {
        auto names = stored_inputs(*asset);
        names.merge(stored_check_inputs(*asset));
        for (const catalog::TableName& name : names) {
            const bool own =
                std::ranges::any_of(assets, [&](const Asset* a) { return a->name == name; });
            const auto pinned = own ? Result<const PinnedTable*>(nullptr) : table(name);
            if (pinned.ok() && *pinned != nullptr && (*pinned)->version > 0)
                versions[name.text()] = (*pinned)->version;
        }
    }
    return versions;
}

void RunInputs::forget(const catalog::TableName& name) {
    std::lock_guard lock(mutex_);
    pinned_.erase(name);
}

void RunInputs::pin_at(const TableAt& table) {
    scope_.pinned[table.table.text()] = table.version;
}

namespace {

// A version that is going to be: its files are held by the draft that made it.
class DraftPin : public lake::Pin {
public:
    explicit DraftPin(const Prepared& prepared)
        : base_(prepared.base), version_(prepared.base->version()) {
        const std::set<std::string> removed(
            prepared.draft->commit.remove.begin(), prepared.draft->commit.remove.end()
        );
        std::vector<lake::DataFile> files = prepared.draft->commit.add;
        for (const lake::DataFile& file : base_->version().files) {
            if (!removed.contains(file.path)) files.push_back(file);
        }
        version_.files = lake::FileList(std::move(files));
        version_.extra = catalog::to_json(prepared.provenance);
        ++version_.number;
    }
    const lake::Version& version() const override { return version_; }

private:
    const std::shared_ptr<lake::Pin> base_;
    lake::Version version_;
};

}  // namespace

void RunInputs::offer(const Prepared& prepared) {
    PinnedTable table;
    table.pin = std::make_shared<DraftPin>(prepared);
    table.version = table.pin->version().number;
    table.row_count = table.pin->version().row_count();
    table.files.name = prepared.asset->name;
    table.files.columns = prepared.draft->columns;
    table.files.scan.by_field_id = true;
    for (const lake::DataFile& file : table.pin->version().files)
        table.files.files.push_back(parts_.lake->absolute(file.path));
    std::lock_guard lock(mutex_);
    pinned_.insert_or_assign(prepared.asset->name, std::move(table));
}

std::string RunInputs::view_sql(const Asset& asset) const {
    std::string sql;
    for (const engine::TableUse& use : asset.inputs) {
        const Asset* input = graph_.find(use.name);
        if (input == nullptr || input->materialize != Materialize::View) continue;
        sql += use.name.text() + "=" + input->sql + ";" + view_sql(*input);
    }
    return sql;
}

std::string RunInputs::check_view_sql(const Asset& asset) const {
    return view_sql(reader_of_check_inputs(asset));
}

Result<void> RunInputs::flush_sources(const std::vector<const Asset*>& assets) {
    std::set<std::string> sources;
    for (const Asset* asset : assets) {
        for (const catalog::TableName& name : stored_inputs(*asset)) {
            if (name.schema == "raw" && graph_.find(name) == nullptr) sources.insert(name.table);
        }
    }
    for (const std::string& source : sources) TRY(parts_.flush_source(source));
    return {};
}

Result<std::shared_ptr<lake::Pin>> RunInputs::pin_dataset(
    const std::string& dataset, const std::optional<std::int64_t>& version
) {
    return version ? parts_.lake->pin(dataset, *version) : parts_.lake->pin(dataset);
}

Result<PinnedTable> RunInputs::pin(const catalog::TableName& name) {
    auto known = parts_.catalog->show(name);
    if (!known.ok() && known.error().code() == ErrorCode::NotFound && name.schema == "raw")
        return std::move(known).error().with_hint(
            (known.error().hint().starts_with("Did") ? known.error().hint() + " " : "") +
            "A table of raw is a source, or files that `tradewind crawl FOLDER` found."
        );
    const catalog::TableInfo info = TRY(std::move(known));
    const auto found = scope_.pinned.find(name.text());
    const auto wanted = found == scope_.pinned.end() ? std::nullopt : std::optional(found->second);
    PinnedTable pinned;
    if (info.declared.dataset.empty()) {  // crawled: its version tells its files, nobody holds them
        pinned.version = wanted.value_or(info.version.number);
        if (pinned.version == info.version.number) pinned.row_count = info.version.row_count;
    } else {
        pinned.pin = TRY(pin_dataset(info.declared.dataset, wanted));
        pinned.version = pinned.pin->version().number;
        pinned.row_count = pinned.pin->version().row_count();
    }
    if (pinned.version == 0 && info.declared.kind == catalog::Kind::Asset) {
        return Error(ErrorCode::Conflict, name.text() + " has never been made")
            .with_hint(
                "Run it first: tradewind run " + name.schema + ":" + name.table +
                ", or +ASSET to make all that an asset reads."
            );
    }
    pinned.files = TRY(parts_.catalog->files(
        name, pinned.version == 0 ? std::nullopt : std::optional(pinned.version)
    ));
    return pinned;
}

Result<void> RunInputs::check_crawled(const Asset& asset) {
    for (const catalog::TableName& name : stored_inputs(asset)) {
        const PinnedTable* read = TRY(table(name));
        const bool crawled = read->pin == nullptr && read->version > 0;
        if (crawled) TRY(parts_.catalog->files(name, read->version));
    }
    return {};
}

Result<const PinnedTable*> RunInputs::table(const catalog::TableName& name) {
    std::lock_guard lock(mutex_);
    const auto found = pinned_.find(name);
    if (found != pinned_.end()) return &found->second;
    return &pinned_.emplace(name, TRY(pin(name))).first->second;
}

std::vector<catalog::ColumnLineage> RunInputs::lineage(
    const Asset& asset, const std::string& sql, const std::vector<catalog::Column>& result
) {
    const quality::FindColumns find = [this](const catalog::TableName& name
                                      ) -> Result<std::vector<catalog::Column>> {
        return TRY(table(name))
        ->files.columns;
    };
    auto found = column_lineage(graph_, *parts_.engine, asset, sql, result, find);
    if (found.ok()) return std::move(found).take();
    log::warn(
        "the lineage of a table's columns is not known",
        {{"table", asset.name.text()}, {"reason", found.error().describe()}}
    );
    return {};
}

Result<void> RunInputs::add_views(
    engine::Work& work, const Asset& asset, std::set<catalog::TableName>& seen
) {
    for (const engine::TableUse& use : asset.inputs) {
        const Asset* input = graph_.find(use.name);
        if (input == nullptr || input->materialize != Materialize::View) continue;
        TRY(add_views(work, *input, seen));
        if (seen.insert(use.name).second) TRY(work.add_view(use.name, input->sql));
    }
    return {};
}

Result<void> RunInputs::add_to(engine::Work& work, const Asset& asset) {
    for (const catalog::TableName& name : stored_inputs(asset))
        TRY(work.add_table(TRY(table(name))->files));
    const std::string params = params_sql(asset);
    if (!params.empty()) TRY(work.add_result(params_name, params));
    std::set<catalog::TableName> seen;
    return add_views(work, asset, seen);
}

}  // namespace tradewind::pipeline
