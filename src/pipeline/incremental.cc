// Assets that follow their input: what changed since the version before is found, and only what it
// touches is made again.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "pipeline/batches.h"
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

// Input files that are gone or replaced: what held their rows is taken out, and made again from the
// rest of the batch that they came with.
Result<void> AssetMaker::draft_without(
    const lake::Version& current, const Paths& gone, Batches& batches, Draft& draft
) {
    const auto touched = TRY(touched_by(asset_.incremental_input, gone));
    std::set<std::int64_t> affected;
    for (const auto& [number, inputs] : batches.all()) {
        const bool hit =
            std::ranges::any_of(inputs, [&](const auto& i) { return gone.contains(i); });
        if (hit) affected.insert(number);
    }
    for (const std::string& input : gone) batches.remove_input(input);
    // What has to be made again, by the batches that it comes from.
    std::map<std::set<std::int64_t>, Paths> again;
    for (const lake::DataFile& file : current.files) {
        const std::set<std::int64_t> from = batches_of(file);
        const bool hit = std::ranges::any_of(from, [&](auto b) { return affected.contains(b); });
        const std::string key = partition_key(file);
        if (!hit || (touched && std::ranges::find(*touched, key) == touched->end())) continue;
        draft.commit.remove.push_back(file.path);
        again[from].insert(key);
    }
    for (const auto& [from, keys] : again) {
        Paths inputs;
        for (const std::int64_t batch : from) {
            const auto& left = batches.all().at(batch);
            inputs.insert(left.begin(), left.end());
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

Result<void> AssetMaker::draft_files(const lake::Version& current, Draft& draft) {
    const PinnedTable* input = TRY(inputs_.table(asset_.incremental_input));
    if (!input->pin) {
        return Error(
            ErrorCode::InvalidArgument,
            "materialize: files follows tables of the lake, and " +
                asset_.incremental_input.text() + " is none"
        );
    }
    Batches batches = Batches::from(current);
    Paths known;
    for (const auto& [number, inputs] : batches.all()) known.insert(inputs.begin(), inputs.end());
    const Paths now = paths_of(input->pin->version().files);
    const Paths gone = difference(known, now);
    const Paths fresh = difference(now, known);
    if (!gone.empty()) TRY(draft_without(current, gone, batches, draft));
    if (!fresh.empty() || current.number == 0) {
        for (const lake::DataFile& file : input->pin->version().files) {
            if (fresh.contains(file.path)) draft.rows_in += file.row_count;
        }
        const std::int64_t batch = batches.add(fresh);
        TRY(bind_input(asset_.incremental_input, absolute(fresh)));
        TRY(write_files("SELECT * FROM " + quote_table(result_name), batch_list({batch}), draft));
    }
    TRY(merge_small_files(current, draft));
    draft.state = batches.to_json();
    return {};
}

// A partition that has gathered many files gets one in their place.
Result<void> AssetMaker::merge_small_files(const lake::Version& current, Draft& draft) {
    const Paths removed(draft.commit.remove.begin(), draft.commit.remove.end());
    std::map<std::string, std::vector<const lake::DataFile*>> partitions;
    for (const lake::DataFile& file : current.files) {
        if (!removed.contains(file.path)) partitions[partition_key(file)].push_back(&file);
    }
    for (const auto& [key, files] : partitions) {
        if (files.size() <= options_.partition_files_max) continue;
        catalog::TableFiles merged;
        merged.name = {"making", "merged"};
        merged.columns = draft.columns;
        merged.scan.by_field_id = true;
        std::set<std::int64_t> from;
        for (const lake::DataFile* file : files) {
            from.merge(batches_of(*file));
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

// Those of the input's changes since the version before: what its new files bring, and what its
// lost ones had. Nothing: not known, so all of them.
Result<std::optional<std::set<std::string>>> AssetMaker::changed_partitions(
    const lake::Version& current
) {
    std::set<std::string> keys;
    const catalog::Provenance made = catalog::provenance_from(current.extra);
    for (const catalog::TableName& name : inputs_.stored_inputs(asset_)) {
        const PinnedTable* input = TRY(inputs_.table(name));
        const auto before =
            std::ranges::find(made.inputs, name.text(), &catalog::InputVersion::table);
        if (before == made.inputs.end() || !input->pin)
            return std::optional<std::set<std::string>>();
        if (before->version == input->version) continue;
        const auto info = TRY(parts_.catalog->show(name));
        const auto old = parts_.lake->version(info.declared.dataset, before->version);
        if (!old.ok()) return std::optional<std::set<std::string>>();
        const Paths was = paths_of(old->files);
        const Paths now = paths_of(input->pin->version().files);
        for (const Paths& changed : {difference(now, was), difference(was, now)}) {
            const auto touched = TRY(touched_by(name, changed));
            if (!touched) return std::optional<std::set<std::string>>();
            keys.insert(touched->begin(), touched->end());
        }
        for (const lake::DataFile& file : input->pin->version().files) {
            if (!was.contains(file.path)) keys_rows_in_ += file.row_count;
        }
        TRY(bind_input(name, absolute(now)));
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

Result<std::optional<std::set<std::string>>> AssetMaker::interval_partitions(
    const lake::Version& current
) {
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
    return std::optional(std::move(keys));
}

Result<void> AssetMaker::draft_partitions(const lake::Version& current, Draft& draft) {
    const auto keys = asks_interval() ? TRY(interval_partitions(current)) : TRY(changed_partitions(current));
    if (!keys) return draft_whole(current, draft);
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
