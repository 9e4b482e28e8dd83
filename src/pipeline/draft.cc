#include "pipeline/draft.h"

#include "base/log.h"

namespace tradewind::pipeline {

Draft::~Draft() {
    if (committed_) return;
    for (const lake::DataFile& file : commit.add) {
        const Result<void> given_back = lake_.discard(file.path);
        if (!given_back.ok())
            log::warn("a file of a failed run stays until the next start", {{"path", file.path}});
    }
}

Result<lake::Version> commit(lake::Lake& lake, std::int64_t run, Prepared& prepared) {
    Draft& draft = *prepared.draft;
    json::Value extra = catalog::to_json(prepared.provenance);
    if (!draft.state.is_null()) extra.set("batches", draft.state);
    if (!draft.sorted_by.empty()) {
        json::Value& columns = extra.set("sorted_by", json::Value::array());
        for (const std::string& column : draft.sorted_by) columns.add(json::Value::string(column));
    }
    draft.commit.extra = std::move(extra);
    draft.commit.run = std::to_string(run);
    lake::Version made =
        TRY(lake.commit(prepared.asset->dataset(), draft.commit, prepared.base->version().number));
    draft.committed();
    return made;
}

void tell_published(const Prepared& prepared, const lake::Version& made, AssetRun& outcome) {
    const lake::Commit& commit = prepared.draft->commit;
    outcome.version = made.number;
    outcome.rows_in = prepared.draft->rows_in;
    outcome.rows_out = made.row_count();
    outcome.rows_made = prepared.draft->rows_made;
    outcome.bytes_out = static_cast<std::int64_t>(made.bytes());
    outcome.files_written = static_cast<std::int64_t>(commit.add.size());
    outcome.files_kept = static_cast<std::int64_t>(made.files.size()) - outcome.files_written;
}

}  // namespace tradewind::pipeline
