// Assets that follow their input: what changed since the version before is found, and only what it
// touches is made again.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "pipeline/batches.h"
#include "pipeline/following.h"
#include "pipeline/maker.h"

namespace tradewind::pipeline {

namespace {

using Paths = std::set<std::string>;

Paths paths_of(const lake::FileList& files) {
    Paths paths;
    for (const lake::DataFile& file : files) paths.insert(file.path);
    return paths;
}

Paths difference(const Paths& from, const Paths& without) {
    Paths left;
    std::ranges::set_difference(from, without, std::inserter(left, left.end()));
    return left;
}

}  // namespace

std::vector<std::string> AssetMaker::absolute(const Paths& paths) const {
    std::vector<std::string> files;
    for (const std::string& path : paths) files.push_back(parts_.lake->absolute(path));
    return files;
}

AssetMaker::PartitionFiles AssetMaker::files_by_partition(
    const lake::FileList& files, const Paths& without
) const {
    PartitionFiles partitions;
    for (const lake::DataFile& file : files) {
        if (!without.contains(file.path)) partitions[partition_key(file)].push_back(&file);
    }
    return partitions;
}

// The partitions of the rows that come from these input files; nothing: one of them is gone, so
// they cannot be asked.
Result<std::optional<std::vector<std::string>>> AssetMaker::touched_by(
    const catalog::TableName& input, const Paths& files
) {
    if (files.empty()) return std::optional(std::vector<std::string>());
    for (const std::string& file : absolute(files)) {
        if (!parts_.files->exists(file)) return std::optional<std::vector<std::string>>();
    }
    TRY(bind_input(input, absolute(files)));
    return std::optional(TRY(partitions_of_result()));
}

// ---------------------------------------------------------------- row by row

// The input's files that the version was made of; nothing: it cannot be told any more.
std::optional<Paths> AssetMaker::taken_before(
    const lake::Version& current, const Batches& batches
) {
    if (batches.oldest() == 0) return batches.inputs();
    const auto made = catalog::provenance_from(current.extra).inputs;
    const auto before =
        std::ranges::find(made, asset_.incremental_input.text(), &catalog::InputVersion::table);
    const auto info = parts_.catalog->show(asset_.incremental_input);
    if (before == made.end() || !info.ok()) return std::nullopt;
    const auto version = parts_.lake->version(info->declared.dataset, before->version);
    if (!version.ok()) return std::nullopt;
    return paths_of(version->files);
}

// Input files that are gone or replaced: what held their rows is taken out, and made again from the
// rest of the batch that they came with. `left`: all that was taken and is still there.
Result<void> AssetMaker::draft_without(
    const lake::Version& current,
    const Paths& gone,
    const Paths& left,
    Batches& batches,
    Draft& draft
) {
    const auto touched = TRY(touched_by(asset_.incremental_input, gone));
    std::set<std::int64_t> affected;
    for (const std::string& input : gone) affected.insert(batches.batch_of(input));
    for (const std::string& input : gone) batches.remove_input(input);
    // What has to be made again, by the batches that it comes from.
    std::map<std::set<std::int64_t>, Paths> again;
    for (const auto& [key, files] : files_by_partition(current.files, {})) {
        if (touched && std::ranges::find(*touched, key) == touched->end()) continue;
        for (const FilesTogether& hit : batches.files_of(affected, files)) {
            again[hit.batches].insert(key);
            for (const std::string& path : hit.paths) draft.commit.remove.push_back(path);
        }
    }
    const Paths of_oldest = difference(left, batches.inputs());
    for (const auto& [from, keys] : again) {
        Paths inputs;
        for (const std::int64_t batch : from) {
            const auto newer = batches.newest().find(batch);
            const Paths& more = newer == batches.newest().end() ? of_oldest : newer->second;
            inputs.insert(more.begin(), more.end());
        }
        if (inputs.empty()) continue;
        TRY(bind_input(asset_.incremental_input, absolute(inputs)));
        TRY(write_files(
            "SELECT * FROM " + quote_table(result_name) + " WHERE " +
                only_partitions({keys.begin(), keys.end()}),
            batch_list(from),
            draft
        ));
    }
    return {};
}

// Whether what is there can be added to: only the followed table has changed, and every file of it
// stands for rows of its own.
Result<bool> AssetMaker::can_add_to(const lake::Version& current) {
    const PinnedTable* followed = TRY(inputs_.table(asset_.incremental_input));
    if (!followed->files.key.empty()) return false;  // a row may take the place of one elsewhere
    const auto made = catalog::provenance_from(current.extra).inputs;
    for (const catalog::TableName& name : inputs_.stored_inputs(asset_)) {
        if (name == asset_.incremental_input) continue;
        const std::int64_t version = TRY(inputs_.table(name))
        ->version;
        const auto before = std::ranges::find(made, name.text(), &catalog::InputVersion::table);
        if (before == made.end() || before->version != version) return false;
    }
    return true;
}

Result<void> AssetMaker::draft_files(const lake::Version& current, Draft& draft) {
    const quality::FindColumns columns = [this](const catalog::TableName& name
                                         ) -> Result<std::vector<catalog::Column>> {
        return TRY(inputs_.table(name))
        ->files.columns;
    };
    TRY(check_row_by_row(inputs_.graph(), *parts_.engine, asset_, sql_, columns));
    const PinnedTable* input = TRY(inputs_.table(asset_.incremental_input));
    if (!input->pin) {
        return Error(
                   ErrorCode::InvalidArgument,
                   "materialize: files follows tables of the lake, and " +
                       asset_.incremental_input.text() + " is none"
        )
            .with_hint("Use materialize: table.");
    }
    const Batches batches = Batches::from(current);
    const auto known = taken_before(current, batches);
    if (current.number == 0 || (known && TRY(can_add_to(current))))
        return draft_changes(current, known.value_or(Paths()), batches, draft);
    for (const lake::DataFile& file : current.files) draft.commit.remove.push_back(file.path);
    TRY(draft_changes(lake::Version(), {}, {}, draft));
    keep_equal_files(current, draft);
    return {};
}

// What the changes of its input's files make of the current version.
Result<void> AssetMaker::draft_changes(
    const lake::Version& current, const Paths& known, Batches batches, Draft& draft
) {
    constexpr std::size_t batch_files_max = 1000;
    const PinnedTable* input = TRY(inputs_.table(asset_.incremental_input));
    const Paths now = paths_of(input->pin->version().files);
    const Paths gone = difference(known, now);
    const Paths fresh = difference(now, known);
    if (!gone.empty()) TRY(draft_without(current, gone, difference(known, gone), batches, draft));
    if (!fresh.empty() || current.number == 0) {
        for (const lake::DataFile& file : input->pin->version().files) {
            if (fresh.contains(file.path)) draft.rows_in += file.row_count;
        }
        const std::int64_t batch = batches.add(fresh);
        TRY(bind_input(asset_.incremental_input, absolute(fresh)));
        TRY(write_files("SELECT * FROM " + quote_table(result_name), batch_list({batch}), draft));
    }
    TRY(merge_small_files(current, batches, draft));
    batches.fold(options_.batches_max, batch_files_max);
    draft.state = batches.to_json();
    return {};
}

// A partition that has gathered many files gets one in their place.
Result<void> AssetMaker::merge_small_files(
    const lake::Version& current, const Batches& batches, Draft& draft
) {
    const Paths removed(draft.commit.remove.begin(), draft.commit.remove.end());
    for (const auto& [key, files] : files_by_partition(current.files, removed)) {
        if (files.size() <= options_.partition_files_max) continue;
        catalog::TableFiles merged;
        merged.name = {"making", "merged"};
        merged.columns = draft.columns;
        merged.scan.by_field_id = true;
        std::set<std::int64_t> from;
        for (const lake::DataFile* file : files) {
            from.merge(batches.batches_of(*file));
            merged.files.push_back(parts_.lake->absolute(file->path));
            draft.commit.remove.push_back(file->path);
        }
        TRY(work_->add_table(merged));
        TRY(write_files("SELECT * FROM " + quote_table(merged.name), batch_list(from), draft));
    }
    return {};
}

// ---------------------------------------------------------------- by partition

namespace {

bool same_columns(
    const std::vector<catalog::Column>& one, const std::vector<catalog::Column>& other
) {
    return std::ranges::equal(one, other, [](const auto& a, const auto& b) {
        return a.name == b.name && a.type == b.type;
    });
}

}  // namespace

// Partitions without rows in the result stay: they come from inputs that are gone, as those of an
// earlier day's dump.
Result<void> AssetMaker::draft_overwrite(const lake::Version& current, Draft& draft) {
    const auto before = catalog::provenance_from(current.extra).columns;
    const bool fits = current.number == 0 || same_columns(before, draft.columns);
    if (!fits && !order_.force) {
        return Error(
                   ErrorCode::Conflict,
                   "its columns are others now, and the partitions made before cannot be kept "
                   "beside them"
        )
            .with_hint(
                "With --force it begins anew: run it again for the days that are wanted back."
            );
    }
    TRY(write_files("SELECT * FROM " + quote_table(result_name), json::Value(), draft));
    std::set<std::string> made;
    for (const lake::DataFile& file : draft.commit.add) made.insert(partition_key(file));
    for (const lake::DataFile& file : current.files) {
        if (!fits || made.contains(partition_key(file))) draft.commit.remove.push_back(file.path);
    }
    TRY(count_rows_in(draft));
    keep_equal_files(current, draft);
    return {};
}

// The values of the partition columns in the rows of these input files. Nothing: what has to be
// made anew cannot be told from them alone.
Result<std::optional<std::set<std::string>>> AssetMaker::partitions_in(
    const catalog::TableName& input, const Paths& files, const Draft& draft
) {
    const auto whole = std::optional<std::set<std::string>>();
    for (const std::string& file : absolute(files)) {
        if (!parts_.files->exists(file)) return whole;
    }
    const quality::FindColumns columns = [this](const catalog::TableName& name
                                         ) -> Result<std::vector<catalog::Column>> {
        return TRY(inputs_.table(name))
        ->files.columns;
    };
    const auto followed =
        TRY(follow_rows(inputs_.graph(), *parts_.engine, asset_, sql_, input, columns));
    if (followed.keys_sql.empty()) return whole;
    catalog::TableFiles rows = TRY(inputs_.table(input))
    ->files;
    rows.name = {"followed", "rows"};
    rows.files = absolute(files);
    TRY(work_->add_table(rows));
    TRY(work_->add_view({"making", "keys"}, followed.keys_sql));
    // As the result has them: a UNION may widen a type.
    std::string typed;
    for (const std::string& name : asset_.partition_by) {
        const auto column = std::ranges::find_if(draft.columns, [&](const catalog::Column& one) {
            return equal_ignore_case(one.name, name);
        });
        if (column == draft.columns.end()) return whole;
        typed += (typed.empty() ? "" : ", ") + ("CAST(" + quote_name(name)) + " AS " +
                 column->type + ") AS " + quote_name(name);
    }
    constexpr std::int64_t partitions_max = 1'000'000;
    const auto found = work_->rows(
        "SELECT DISTINCT " + partition_key_sql() + " FROM (SELECT " + typed +
            " FROM making.keys) keys",
        partitions_max
    );
    // A row that the statement filters out may hold what its expressions cannot take.
    if (!found.ok() && found.error().code() == ErrorCode::InvalidArgument) return whole;
    if (!found.ok()) return found.error();
    std::set<std::string> keys;
    for (const auto& row : found->rows) keys.insert(row[0].value_or(""));
    return std::optional(std::move(keys));
}

// Those of the inputs' changes since the version before: what their new files bring, and what their
// lost ones had. Nothing: not known, so all of them.
Result<std::optional<std::set<std::string>>> AssetMaker::changed_partitions(
    const lake::Version& current, const Draft& draft
) {
    const auto whole = std::optional<std::set<std::string>>();
    std::set<std::string> keys;
    const catalog::Provenance made = catalog::provenance_from(current.extra);
    for (const catalog::TableName& name : inputs_.stored_inputs(asset_)) {
        const PinnedTable* input = TRY(inputs_.table(name));
        const auto before =
            std::ranges::find(made.inputs, name.text(), &catalog::InputVersion::table);
        if (before == made.inputs.end()) return whole;
        if (before->version == input->version) continue;
        // Where rows replace others of their key, those may lie in files that did not change.
        if (!input->pin || !input->files.key.empty()) return whole;
        const auto info = TRY(parts_.catalog->show(name));
        const auto old = parts_.lake->version(info.declared.dataset, before->version);
        if (!old.ok()) return whole;
        const Paths was = paths_of(old->files);
        const Paths now = paths_of(input->pin->version().files);
        Paths changed = difference(now, was);
        changed.merge(difference(was, now));
        if (changed.empty()) continue;
        const auto touched = TRY(partitions_in(name, changed, draft));
        if (!touched) return whole;
        keys.insert(touched->begin(), touched->end());
        for (const lake::DataFile& file : input->pin->version().files) {
            if (!was.contains(file.path)) keys_rows_in_ += file.row_count;
        }
    }
    return std::optional(std::move(keys));
}

// `from` ≤ interval column < `to`.
std::string AssetMaker::interval_condition() const {
    std::string sql;
    const std::string column = quote_name(asset_.interval_column);
    if (!order_.from.empty())
        sql = column + " >= CAST(" + quote_literal(order_.from) + " AS TIMESTAMP)";
    if (!order_.to.empty()) {
        if (!sql.empty()) sql += " AND ";
        sql += column + " < CAST(" + quote_literal(order_.to) + " AS TIMESTAMP)";
    }
    return sql;
}

Result<std::set<std::string>> AssetMaker::interval_partitions(const lake::Version& current) {
    // Also those that have rows now and would have none: they are asked of the table as it is.
    catalog::TableFiles table = TRY(parts_.catalog->files(asset_.name));
    table.name = {"making", "before"};
    if (current.number > 0) TRY(work_->add_table(table));
    const std::string key = partition_key_sql();
    std::string sql = "SELECT DISTINCT " + key + " AS k FROM " + quote_table(result_name) +
                      " WHERE " + interval_condition();
    if (current.number > 0)
        sql +=
            " UNION SELECT DISTINCT " + key + " FROM making.before WHERE " + interval_condition();
    std::set<std::string> keys;
    for (const auto& row : TRY(work_->rows(sql, 1'000'000)).rows) keys.insert(row[0].value_or(""));
    return keys;
}

Result<void> AssetMaker::draft_partitions(const lake::Version& current, Draft& draft) {
    // Also where an interval is asked for: the version says that it is made of the inputs as they
    // are, and what else they changed would never be looked at again.
    auto keys = TRY(changed_partitions(current, draft));
    if (!keys) return draft_whole(current, draft);
    if (asks_interval()) keys->merge(TRY(interval_partitions(current)));
    draft.rows_in = keys_rows_in_;
    for (const lake::DataFile& file : current.files) {
        if (keys->contains(partition_key(file))) draft.commit.remove.push_back(file.path);
    }
    if (!keys->empty()) {
        TRY(write_files(
            "SELECT * FROM " + quote_table(result_name) + " WHERE " +
                only_partitions({keys->begin(), keys->end()}),
            json::Value(),
            draft
        ));
    }
    keep_equal_files(current, draft);
    return {};
}

}  // namespace tradewind::pipeline
