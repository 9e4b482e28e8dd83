// Is an export, or a view with checks, as a run would make it?
#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/log.h"
#include "pipeline/made_records.h"
#include "pipeline/maker.h"

namespace tradewind::pipeline {

namespace {

std::string text_of(const std::optional<quality::Literal>& value) {
    return value ? value->text + (value->number ? " number" : " text") : "none";
}

std::string text_of(const std::optional<std::int64_t>& value) {
    return value ? std::to_string(*value) : "none";
}

// All that says what it claims.
std::string text_of(const quality::Check& check) {
    std::vector<std::string> parts{
        check.name,
        std::to_string(static_cast<int>(check.kind)),
        check.blocking ? "blocking" : "",
        check.where,
        text_of(check.bound),
        std::to_string(check.psi_max),
        std::to_string(check.bins),
        check.to ? check.to->text() : "",
        check.to_where,
        check.regex,
        check.type,
        check.casts_to,
        text_of(check.rows_min),
        text_of(check.rows_max),
        text_of(check.sum),
        text_of(check.tolerance),
        check.expression,
        check.to_expression,
        check.sql
    };
    for (const std::string& column : check.columns) parts.push_back("column " + column);
    for (const std::string& field : check.fields) parts.push_back("field " + field);
    for (const quality::Literal& value : check.values) parts.push_back(text_of(value));
    std::string text;
    for (const std::string& part : parts) text += std::to_string(part.size()) + ":" + part;
    return text;
}

// Its outcome is another one later, whatever the rows.
bool looks_at_the_clock(const quality::Check& check) {
    return check.kind == quality::Kind::Freshness;
}

}  // namespace

// The statement, how its rows are written, what is claimed of them, and the versions that are read.
Result<std::string> AssetMaker::made_of() {
    const ExportFormat& format = asset_.export_format;
    std::string how = hash_ + " " + std::to_string(static_cast<int>(format.kind)) +
                      (format.header ? " header " : " ") + format.compression;
    for (const quality::Check& check : asset_.checks.checks) how += "\n" + text_of(check);
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
    if (std::ranges::any_of(asset_.checks.checks, looks_at_the_clock)) return false;
    const auto record = TRY(find_made(*parts_.database, asset_.name));
    if (!record || record->made_of != TRY(made_of())) return false;
    outcome.message = "a view: it is as it was when its checks passed";
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

// What cannot be noted is made again by the next run.
void AssetMaker::note_made(MadeRecord record) {
    const auto text = made_of();
    Result<void> noted = text.ok() ? Result<void>() : Result<void>(text.error());
    if (text.ok()) {
        record.made_of = *text;
        noted = record_made(*parts_.database, asset_.name, record);
    }
    if (noted.ok()) return;
    log::warn(
        "the next run makes an asset again, for it could not be noted",
        {{"asset", asset_.name.text()}, {"reason", noted.error().describe()}}
    );
}

}  // namespace tradewind::pipeline
