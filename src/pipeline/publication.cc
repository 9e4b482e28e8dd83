#include "pipeline/publication.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/log.h"

namespace tradewind::pipeline {

namespace {

// The dataset as it was before, in a version of its own. Nothing to do where it is not the run's.
Result<void> take_back(lake::Lake& lake, const Publishing& publishing) {
    const lake::Version now = TRY(lake.current(publishing.dataset));
    const bool its_own = now.number > publishing.base && now.run == std::to_string(publishing.run);
    if (!its_own) return {};
    const lake::Version before = publishing.base == 0
                                     ? lake::Version()
                                     : TRY(lake.version(publishing.dataset, publishing.base));
    lake::Commit commit;
    commit.run = std::to_string(publishing.run) + " taken back";
    commit.extra = before.extra.is_null() ? json::Value::object() : before.extra;
    for (const lake::DataFile& file : now.files) {
        if (before.files.find(file.path) == nullptr) commit.remove.push_back(file.path);
    }
    for (const lake::DataFile& file : before.files) {
        if (now.files.find(file.path) == nullptr) commit.add.push_back(file);
    }
    TRY(lake.commit(publishing.dataset, commit, now.number));
    log::warn(
        "a run that was cut off while it published is taken back",
        {{"run", publishing.run}, {"dataset", publishing.dataset}}
    );
    return {};
}

// What reads a table of the same publication was made from the version that it has now.
void name_versions(Prepared& prepared, const Publication::Made& made) {
    for (catalog::InputVersion& input : prepared.provenance.inputs) {
        const auto found = std::ranges::find_if(made, [&](const auto& one) {
            return one.first.asset->name.text() == input.table;
        });
        if (found != made.end()) input.version = found->second.number;
    }
}

}  // namespace

void Publication::add(Prepared prepared) {
    std::lock_guard lock(mutex_);
    prepared_.push_back(std::move(prepared));
}

bool Publication::holds(const catalog::TableName& name) {
    std::lock_guard lock(mutex_);
    return std::ranges::any_of(prepared_, [&](const Prepared& prepared) {
        return prepared.asset->name == name;
    });
}

Result<void> Publication::commit_all(Made& made) {
    for (Prepared& prepared : prepared_) {
        name_versions(prepared, made);
        lake::Version version = TRY(commit(*parts_.lake, run_, prepared));
        made.emplace_back(std::move(prepared), std::move(version));
    }
    return {};
}

Result<Publication::Made> Publication::publish() {
    std::vector<Publishing> intended;
    for (const Prepared& prepared : prepared_) {
        const std::int64_t base = prepared.base->version().number;
        intended.push_back({run_, prepared.asset->dataset(), base});
    }
    TRY(records_.intend(intended));
    Made made;
    const Result<void> committed = commit_all(made);
    if (!committed.ok()) {
        for (const Publishing& one : intended) TRY(take_back(*parts_.lake, one));
        TRY(records_.published(run_));
        return committed.error();
    }
    TRY(records_.published(run_));
    for (const auto& [prepared, version] : made) {
        TRY(parts_.engine->publish_table(TRY(parts_.catalog->files(prepared.asset->name))));
    }
    return made;
}

Result<void> take_back_unfinished(lake::Lake& lake, RunRecords& records) {
    std::set<std::int64_t> runs;
    for (const Publishing& publishing : TRY(records.publishing())) {
        TRY(take_back(lake, publishing));
        runs.insert(publishing.run);
    }
    for (const std::int64_t run : runs) TRY(records.published(run));
    return {};
}

}  // namespace tradewind::pipeline
