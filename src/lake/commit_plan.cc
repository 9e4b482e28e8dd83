#include "lake/commit_plan.h"

#include <set>

#include "base/text.h"
#include "lake/paths.h"

namespace tradewind::lake {

namespace {

// Each stands in every version file from then on.
constexpr std::size_t lost_entries_max = 1000;

// JSON would replace other bytes, and the version would not say what the caller said.
Result<void> check_text(std::string_view text, const std::string& what) {
    if (valid_utf8(text)) return {};
    return Error(ErrorCode::InvalidArgument, what + " is not UTF-8");
}

Result<void> check_file(const DataFile& file) {
    TRY(check_path(file.path, "data file path"));
    if (file.row_count < 0) {
        return Error(
            ErrorCode::InvalidArgument, "data file '" + file.path + "' has a negative row count"
        );
    }
    for (const auto& [name, value] : file.partition) {
        TRY(check_text(name, "a partition key of '" + file.path + "'"));
        TRY(check_text(value, "a partition value of '" + file.path + "'"));
    }
    return {};
}

Result<FileChunk> files_to_add(const Version& base, const Commit& commit) {
    FileChunk added;
    std::set<std::string_view> paths;
    for (const DataFile& file : commit.add) {
        TRY(check_file(file));
        if (!paths.insert(file.path).second) {
            return Error(
                ErrorCode::InvalidArgument,
                "data file '" + file.path + "' is added twice by one commit"
            );
        }
        if (base.files.find(file.path) != nullptr) {
            return Error(
                ErrorCode::Conflict, "data file '" + file.path + "' is part of the version already"
            );
        }
        added.push_back(std::make_shared<const DataFile>(file));
    }
    return added;
}

Result<std::vector<std::string>> files_to_remove(const Version& base, const Commit& commit) {
    std::set<std::string> paths;
    for (const std::string& path : commit.remove) {
        if (base.files.find(path) == nullptr) {
            return Error(
                       ErrorCode::Conflict,
                       "data file '" + path + "' is not part of version " +
                           std::to_string(base.number)
            )
                .with_hint("Read the current version again: another commit may have removed it.");
        }
        paths.insert(path);
    }
    if (commit.remove_if) {
        for (const DataFile& file : base.files) {
            if (commit.remove_if(file)) paths.insert(file.path);
        }
    }
    return std::vector<std::string>(paths.begin(), paths.end());
}

// Rows of an origin come back as another one's: whoever delivers a file again takes the earlier
// delivery out by its origin.
std::vector<LostRows> still_lost(const Version& base, const Commit& commit) {
    std::vector<LostRows> lost = base.lost;
    if (commit.remove_if && commit.lost.empty()) {
        std::erase_if(lost, [&](const LostRows& rows) {
            DataFile file;
            file.path = rows.path;
            file.row_count = rows.row_count;
            file.origin = rows.origin;
            return commit.remove_if(file);
        });
    }
    for (const LostRows& rows : commit.lost) {
        if (lost.size() < lost_entries_max) {
            lost.push_back(rows);
            continue;
        }
        // The last entry stands for all that follow.
        lost.back().path = "and more";
        lost.back().row_count += rows.row_count;
    }
    return lost;
}

}  // namespace

Result<CommitPlan> plan_commit(
    const Version& base, const Commit& commit, std::int64_t number, Timestamp now
) {
    // How far the stream's rows are in the table is told by the current version.
    CHECK(!commit.aside || commit.positions.empty());
    CommitPlan plan;
    plan.added = TRY(files_to_add(base, commit));
    plan.removed = TRY(files_to_remove(base, commit));
    TRY(check_text(commit.run, "the name of the run"));
    plan.next = base;
    plan.next.number = number;
    plan.next.published_at = now;
    plan.next.files = changed(base.files, plan.added, plan.removed);
    if (commit.columns) plan.next.columns = *commit.columns;
    for (const ColumnSpec& column : plan.next.columns)
        TRY(check_text(column.name, "a column's name"));
    for (const auto& [consumer, position] : commit.positions) {
        TRY(check_text(consumer, "a consumer's name"));
        plan.next.positions[consumer] = position;
    }
    plan.next.run = commit.run;
    if (!commit.extra.is_null()) plan.next.extra = commit.extra;
    plan.next.lost = still_lost(base, commit);
    return plan;
}

CommitPlan plan_way_back(const Version& base, const CommitPlan& aside) {
    CommitPlan back;
    back.next = base;
    back.next.number = aside.next.number + 1;
    back.next.published_at = aside.next.published_at;
    for (const std::string& path : aside.removed) {
        const DataFile* file = base.files.find(path);
        CHECK(file != nullptr);
        back.added.push_back(std::make_shared<const DataFile>(*file));
    }
    for (const FilePtr& file : aside.added) back.removed.push_back(file->path);
    return back;
}

}  // namespace tradewind::lake
