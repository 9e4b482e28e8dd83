// Is an export, or a view with checks, as a run would make it?
#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/log.h"
#include "pipeline/changing_sql.h"
#include "pipeline/check_text.h"
#include "pipeline/made_records.h"
#include "pipeline/maker.h"

namespace tradewind::pipeline {

namespace {

// Its outcome is another one later, whatever the rows.
bool looks_at_the_clock(const quality::Check& check) {
    return check.kind == quality::Kind::Freshness || asks_clock_or_chance(text_of(check));
}

}  // namespace

bool AssetMaker::changes_by_itself() const {
    return std::ranges::any_of(asset_.checks.checks, looks_at_the_clock) ||
           asks_clock_or_chance(sql_) || asks_clock_or_chance(inputs_.view_sql(asset_)) ||
           asks_clock_or_chance(inputs_.check_view_sql(asset_)) || checks_look_later();
}

// What is made after it is none of its check inputs (check_order.h): the run that makes that sees
// what it was before.
bool AssetMaker::checks_look_later() const {
    const auto names = quality::tables_named(*parts_.engine, asset_.checks);
    return std::ranges::any_of(names, [this](const catalog::TableName& name) {
        return !asset_.check_inputs.contains(name);
    });
}

// The statement, how its rows are written, what is claimed of them, and the versions that are read.
Result<std::string> AssetMaker::made_of() {
    const ExportFormat& format = asset_.export_format;
    std::string how = hash_ + " " + std::to_string(static_cast<int>(format.kind)) +
                      (format.header ? " header " : " ") + format.compression;
    for (const quality::Check& check : asset_.checks.checks) how += "\n" + text_of(check);
    how += inputs_.check_view_sql(asset_);
    std::string text = hash128(how);
    for (const catalog::TableName& name : inputs_.stored_inputs(asset_)) {
        const PinnedTable* input = TRY(inputs_.table(name));
        text += "\n" + name.text() + " " + std::to_string(input->version);
    }
    for (const catalog::TableName& name : inputs_.stored_check_inputs(asset_)) {
        // One that was never made is left to the check.
        const auto input = inputs_.table(name);
        text += "\n" + name.text() + " " + std::to_string(input.ok() ? (*input)->version : 0);
    }
    return text;
}

Result<bool> AssetMaker::as_made(AssetRun& outcome) {
    if (order_.force || asks_interval()) return false;
    if (changes_by_itself()) return false;
    made_of_ = TRY(made_of());
    const auto record = TRY(find_made(*parts_.database, asset_.name));
    if (!record || record->made_of != made_of_) return false;
    outcome.message = "a view: all its checks held, and nothing changed since";
    if (asset_.materialize == Materialize::View) return true;
    const std::string path = export_path(options_.export_folder, asset_);
    const auto file = parts_.files->info(path);
    const bool same = record->path == path && file.ok() && !file->folder &&
                      file->size == record->bytes && file->modified_at == record->modified_at;
    if (!same) return false;
    outcome.message = "up to date: " + path;
    outcome.rows_out = record->row_count;
    outcome.bytes_out = static_cast<std::int64_t>(record->bytes);
    outcome.files_kept = 1;
    return true;
}

Result<void> AssetMaker::begin_unstored() {
    if (made_of_.empty()) made_of_ = TRY(made_of());
    return forget_made(*parts_.database, asset_.name);
}

// What cannot be noted is made again by the next run, and so is what a check did not hold of.
void AssetMaker::note_made(MadeRecord record) {
    if (!checks_hold_) return;
    record.made_of = made_of_;
    const auto noted = record_made(*parts_.database, asset_.name, record);
    if (noted.ok()) return;
    log::warn(
        "the next run makes an asset again, for it could not be noted",
        {{"asset", asset_.name.text()}, {"reason", noted.error().describe()}}
    );
}

}  // namespace tradewind::pipeline
