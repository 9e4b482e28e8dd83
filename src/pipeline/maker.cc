#include "pipeline/maker.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "pipeline/asset_yaml.h"
#include "pipeline/fault_place.h"
#include "pipeline/fitted.h"
#include "recipe/recipe.h"

namespace tradewind::pipeline {

namespace {

// Raised when the same SQL would give other files than before.
constexpr const char* maker_version = "1";

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += part + ",";
    return text;
}

}  // namespace

std::string quote_table(const catalog::TableName& name) {
    return quote_name(name.schema) + "." + quote_name(name.table);
}

Result<bool> AssetMaker::skip(AssetRun& outcome) {
    const bool is_view = asset_.materialize == Materialize::View;
    if (is_view && !order_.force && asset_.checks.checks.empty()) {
        outcome.message = "a view: it has no rows of its own";
        return true;
    }
    TRY(find_statement());
    if (!asset_.stored()) return as_made(outcome);
    const lake::Version current = TRY(parts_.lake->current(asset_.dataset()));
    if (!TRY(up_to_date(current))) return false;
    outcome.message = "up to date";
    outcome.version = current.number;
    outcome.rows_out = current.row_count();
    outcome.bytes_out = static_cast<std::int64_t>(current.bytes());
    outcome.files_kept = static_cast<std::int64_t>(current.files.size());
    return true;
}

Result<void> AssetMaker::make(AssetRun& outcome) {
    TRY(prepare());
    outcome.sql = sql_;
    if (!asset_.stored()) TRY(begin_unstored());
    if (asset_.materialize == Materialize::View) return make_view(outcome);
    auto made =
        asset_.materialize == Materialize::Export ? make_export(outcome) : make_table(outcome);
    return made.ok() ? made : explained(std::move(made).error());
}

// In the terms of the file: a recipe says which of its steps does not fit the data, a statement
// which line.
Error AssetMaker::explained(Error error) {
    if (!work_) return error;
    if (!asset_.recipe.present()) return placed_failure(std::move(error), asset_, *work_);
    const auto parsed = recipe::parse_recipe(asset_.recipe);
    if (!parsed.ok()) return error;
    recipe::WorkTables tables(*parts_.engine, *work_);
    return recipe::explain(*parsed, tables, std::move(error));
}

Result<std::string> AssetMaker::statement() {
    if (!asset_.recipe.present()) return asset_.sql;
    TRY(open_work());
    const recipe::Recipe parsed = TRY(recipe::parse_recipe(asset_.recipe));
    recipe::WorkTables tables(*parts_.engine, *work_);
    const recipe::Compiled compiled = TRY(recipe::compile(parsed, tables));
    return compiled.sql;
}

Result<void> AssetMaker::open_work() {
    if (work_) return {};
    engine::WorkOptions options;
    options.timeout_us = order_.timeout_us;
    options.cancelled = order_.cancelled;
    work_ = TRY(parts_.engine->open_work(options));
    if (order_.watch != nullptr) order_.watch->watch(work_.get());
    return inputs_.add_to(*work_, asset_);
}

Result<void> AssetMaker::find_statement() {
    sql_ = TRY(statement());
    const std::string whole = std::string(maker_version) + "\n" + to_string(asset_.materialize) +
                              "\n" + joined(asset_.partition_by) + "\n" + inputs_.view_sql(asset_) +
                              "\n" + inputs_.params_sql(asset_) + sql_;
    hash_ = hash128(whole);
    return {};
}

Result<void> AssetMaker::prepare() {
    if (sql_.empty()) TRY(find_statement());
    TRY(open_work());
    if (asset_.fitted != nullptr)
        sql_ = TRY(asset_.fitted->fit(*work_, {options_.parallel, order_.cancelled}));
    auto planned = work_->add_view(result_name, sql_);
    if (!planned.ok()) return placed_in_asset(planned.error(), asset_);
    // The view itself would rename one of them in silence.
    return check_distinct_columns(asset_, TRY(work_->columns(sql_)));
}

// Whatever is asked for, a run that is gone on with does not make again what it has published: the
// program ended before that was written down.
Result<bool> AssetMaker::up_to_date(const lake::Version& current) {
    const bool asked = order_.force || asks_interval();
    if (current.number == 0 || (asked && !is_own(current))) return false;
    return made_from_inputs(current);
}

bool AssetMaker::is_own(const lake::Version& version) const {
    return version.run == std::to_string(order_.run);
}

Result<bool> AssetMaker::made_from_inputs(const lake::Version& version) {
    if (version.run == lake::verify_run) return false;
    const catalog::Provenance made = catalog::provenance_from(version.extra);
    if (made.sql_hash != hash_) return false;
    std::size_t known = 0;
    for (const catalog::TableName& name : inputs_.stored_inputs(asset_)) {
        const std::int64_t now = TRY(inputs_.table(name))
        ->version;
        const bool same = std::any_of(made.inputs.begin(), made.inputs.end(), [&](const auto& i) {
            return i.table == name.text() && i.version == now;
        });
        if (!same) return false;
        ++known;
    }
    return known == made.inputs.size();
}

Result<void> AssetMaker::make_view(AssetRun& outcome) {
    outcome.message = "a view: it has no rows of its own";
    if (!asset_.checks.checks.empty()) {
        TRY(check_rows(result_name, 0, outcome));
        note_made({});
    }
    // It is shown from the start on.
    return order_.force ? parts_.engine->publish_view(asset_.name, asset_.sql) : Result<void>();
}

Result<void> AssetMaker::make_table(AssetRun& outcome) {
    Prepared prepared;
    prepared.asset = &asset_;
    prepared.base = TRY(parts_.lake->pin(asset_.dataset()));
    prepared.draft = std::make_unique<Draft>(*parts_.lake);
    const lake::Version& current = prepared.base->version();
    Draft& draft = *prepared.draft;
    for (const engine::ResultColumn& column :
         TRY(work_->columns("SELECT * FROM " + quote_table(result_name)))) {
        const auto description = asset_.column_descriptions.find(to_lower_ascii(column.name));
        draft.columns.push_back(
            {column.name,
             column.type,
             description == asset_.column_descriptions.end() ? "" : description->second}
        );
    }
    // Other SQL: nothing of what is there can be kept. What verify left is not all there was.
    const bool anew = order_.force || current.run == lake::verify_run ||
                      catalog::provenance_from(current.extra).sql_hash != hash_;
    if (asset_.materialize == Materialize::InsertOverwrite) {
        TRY(draft_overwrite(current, draft));
    } else if (asset_.materialize == Materialize::Files && !anew) {
        TRY(draft_files(current, draft));
    } else if (asset_.materialize == Materialize::Partitions && !anew) {
        TRY(draft_partitions(current, draft));
    } else if (asset_.materialize == Materialize::Files) {
        lake::Version nothing;
        for (const lake::DataFile& file : current.files) draft.commit.remove.push_back(file.path);
        TRY(draft_files(nothing, draft));
        keep_equal_files(current, draft);
    } else {
        TRY(draft_whole(current, draft));
    }
    outcome.message = note_;
    TRY(check(current, draft, outcome));
    TRY(inputs_.check_crawled(asset_));
    prepared.provenance = provenance(draft);
    return publish(std::move(prepared), outcome);
}

Result<void> AssetMaker::draft_whole(const lake::Version& current, Draft& draft) {
    if (!TRY(write_by_kernel(draft)))
        TRY(write_files("SELECT * FROM " + quote_table(result_name), json::Value(), draft));
    for (const lake::DataFile& file : current.files) draft.commit.remove.push_back(file.path);
    TRY(count_rows_in(draft));
    keep_equal_files(current, draft);
    return {};
}

Result<void> AssetMaker::count_rows_in(Draft& draft) {
    for (const catalog::TableName& name : inputs_.stored_inputs(asset_)) {
        draft.rows_in += TRY(inputs_.table(name))
        ->row_count;
    }
    return {};
}

// A file that came out byte by byte as one that is there already is not written again: readers and
// history see that nothing changed in it.
void AssetMaker::keep_equal_files(const lake::Version& current, Draft& draft) {
    std::vector<lake::DataFile> fresh;
    for (lake::DataFile& file : draft.commit.add) {
        const lake::DataFile* equal = nullptr;
        for (const lake::DataFile& old : current.files) {
            const bool same = old.crc32c == file.crc32c && old.bytes == file.bytes &&
                              old.row_count == file.row_count && old.partition == file.partition &&
                              old.extra.dump() == file.extra.dump();
            if (same) equal = &old;
        }
        const auto removed = equal == nullptr ? draft.commit.remove.end()
                                              : std::ranges::find(draft.commit.remove, equal->path);
        if (removed == draft.commit.remove.end()) {
            fresh.push_back(std::move(file));
            continue;
        }
        draft.commit.remove.erase(removed);
        const Result<void> given_back = parts_.lake->discard(file.path);
        if (!given_back.ok())
            log::warn("an equal file stays until the next start", {{"path", file.path}});
    }
    draft.commit.add = std::move(fresh);
}

catalog::Provenance AssetMaker::provenance(const Draft& draft) {
    catalog::Provenance made;
    made.run = std::to_string(order_.run);
    made.sql_hash = hash_;
    made.columns = draft.columns;
    made.rows_in = draft.rows_in;
    for (const catalog::TableName& name : inputs_.stored_inputs(asset_)) {
        const auto table = inputs_.table(name);
        if (table.ok()) made.inputs.push_back({name.text(), (*table)->version});
    }
    // Numbers that were learnt come from no column: what was planned tells it.
    const std::string& told = asset_.fitted == nullptr ? sql_ : asset_.sql;
    made.lineage = inputs_.lineage(asset_, told, draft.columns);
    return made;
}

Result<void> AssetMaker::check(
    const lake::Version& current, const Draft& draft, AssetRun& outcome
) {
    if (asset_.checks.checks.empty()) return {};
    catalog::TableFiles candidate;
    candidate.name = candidate_name;
    candidate.columns = draft.columns;
    candidate.scan.by_field_id = true;
    const std::set<std::string> removed(draft.commit.remove.begin(), draft.commit.remove.end());
    for (const lake::DataFile& file : current.files) {
        if (!removed.contains(file.path))
            candidate.files.push_back(parts_.lake->absolute(file.path));
    }
    for (const lake::DataFile& file : draft.commit.add)
        candidate.files.push_back(parts_.lake->absolute(file.path));
    TRY(work_->add_table(candidate));
    return check_rows(candidate_name, current.number, outcome);
}

// As this run sees them. Views, and what was never made, are left to the checks.
std::set<catalog::TableName> AssetMaker::add_check_inputs() {
    std::set<catalog::TableName> present = inputs_.stored_inputs(asset_);
    for (const engine::TableUse& use : asset_.inputs) present.insert(use.name);
    for (const catalog::TableName& name : inputs_.stored_check_inputs(asset_)) {
        const auto table = inputs_.table(name);
        if (table.ok() && work_->add_table((*table)->files).ok()) present.insert(name);
    }
    return present;
}

Result<void> AssetMaker::check_rows(
    const catalog::TableName& rows, std::int64_t version, AssetRun& outcome
) {
    quality::RunContext context;
    context.run = std::to_string(order_.run);
    context.version = version;
    context.candidate = true;
    context.cancelled = order_.cancelled;
    context.present = add_check_inputs();
    const quality::Report report =
        TRY(parts_.quality->run_checks(*work_, rows, asset_.checks, context));
    outcome.blocked = report.blocked();
    checks_hold_ = report.count(quality::State::Passed) == std::ssize(report.results);
    if (!outcome.blocked) return {};
    return Error(ErrorCode::Conflict, "its checks do not let it be published")
        .with_detail(quality::describe_failures(report))
        .with_hint(
            report.quarantine.empty()
                ? "The version before it stays."
                : "The version before it stays; the failing rows are in " + report.quarantine + "."
        );
}

Result<void> AssetMaker::publish(Prepared prepared, AssetRun& outcome) {
    if (order_.publication != nullptr) {
        inputs_.offer(prepared);
        order_.publication->add(std::move(prepared));
        return {};
    }
    const lake::Version made = TRY(commit(*parts_.lake, order_.run, prepared));
    inputs_.forget(asset_.name);
    tell_published(prepared, made, outcome);
    return show(made);
}

// It is published whatever comes of this: another try would find nothing to make.
Result<void> AssetMaker::show(const lake::Version& made) {
    const auto files = parts_.catalog->files(asset_.name);
    const auto shown =
        files.ok() ? parts_.engine->publish_table(*files) : Result<void>(files.error());
    if (shown.ok()) return {};
    return Error(
               ErrorCode::Conflict,
               "version " + std::to_string(made.number) +
                   " is published, but queries cannot see it yet: " + shown.error().describe()
    )
        .with_hint("They see it from the next start of the program on; nothing is to be made again."
        );
}

}  // namespace tradewind::pipeline
