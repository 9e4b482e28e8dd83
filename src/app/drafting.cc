#include "app/drafting.h"

#include <filesystem>
#include <utility>

#include "app/doctor.h"
#include "app/sources.h"
#include "app/sql_validation.h"
#include "app/workspace.h"
#include "base/json.h"
#include "base/log.h"
#include "draft/draft.h"
#include "os/clock.h"
#include "os/process.h"
#include "os/random.h"

namespace tradewind::app {

ScratchFolder::ScratchFolder(os::Filesystem& files, const std::string& beside)
    : files_(files),
      path_(os::join(os::parent_folder(beside), ".tradewind-draft-" + os::random_id())) {}

ScratchFolder::~ScratchFolder() {
    const auto removed = os::remove_tree(files_, path_);
    if (!removed.ok())
        log::warn(
            "a folder of the draft was left behind",
            {{"folder", path_}, {"reason", removed.error().describe()}}
        );
}

namespace {

class WorkspaceDraft {
public:
    explicit WorkspaceDraft(const DraftOrder& order)
        : order_(order), paths_(order.workspace), scratch_(*files_, order.workspace) {}

    Result<std::string> run() {
        TRY(check_folders());
        draft::DraftRequest request;
        request.folder = order_.folder;
        request.package = order_.package;
        request.scratch = scratch_.path();
        request.extension_folder = os::executable_folder();
        request.threads = os::cpu_count();
        request.cancelled = order_.cancelled;
        const bool fresh = !files_->exists(paths_.settings);
        if (!fresh) TRY(look_at_neighbours(request));
        const auto clock = os::make_system_clock();
        draft_ = TRY(draft::draft_package(request, *files_, *clock));
        TRY(check_package_is_new(draft_.package));
        if (fresh) TRY(init_workspace(paths_.root, {}));
        TRY(write_package());
        TRY(validate());
        return report();
    }

private:
    Result<void> check_folders() {
        const auto info = files_->info(order_.folder);
        if (!info.ok() && info.error().code() == ErrorCode::NotFound)
            return Error(ErrorCode::NotFound, "there is no folder " + order_.folder);
        if (!info.ok()) return info.error();
        if (!info->folder) {
            return Error(ErrorCode::InvalidArgument, order_.folder + " is a file, not a folder")
                .with_hint("Name the folder that it lies in.");
        }
        TRY(files_->list(order_.folder));  // no permission is said at once
        if ((paths_.root + "/").starts_with(order_.folder + "/")) {
            return Error(
                       ErrorCode::InvalidArgument,
                       "the workspace would lie among the files that it is drafted from"
            )
                .with_hint("Give the workspace a folder outside of " + order_.folder + ".");
        }
        return order_.package.empty() ? Result<void>() : check_package_is_new(order_.package);
    }

    Result<void> check_package_is_new(const std::string& name) {
        const std::string folder = os::join(paths_.packages, name);
        if (!files_->exists(folder)) return {};
        return Error(ErrorCode::AlreadyExists, "there is a package " + name + " already")
            .with_detail("It lies in " + folder + ".")
            .with_hint("Give the drafted one another name with --package.");
    }

    // Their sources' names are taken.
    Result<void> look_at_neighbours(draft::DraftRequest& request) {
        const Declarations declared = TRY(read_declarations(*files_, paths_.packages));
        for (const auto& contract : declared.contracts) request.taken.insert(contract->name());
        return {};
    }

    // Whole or not at all.
    Result<void> write_package() {
        const std::string folder = os::join(paths_.packages, draft_.package);
        const std::string unfinished = os::join(paths_.packages, "." + draft_.package + "-draft");
        TRY(os::remove_tree(*files_, unfinished));
        for (const package::SourceFile& file : draft_.files) {
            const std::string path = os::join(unfinished, file.path);
            TRY(files_->create_folders(os::parent_folder(path)));
            TRY(os::write_file_atomic(*files_, path, file.text));
        }
        TRY(files_->rename(unfinished, folder));
        return files_->sync_folder(paths_.packages);
    }

    // What `tradewind validate` would say of it is said now.
    Result<void> validate() {
        const Declarations declared = TRY(read_declarations(*files_, paths_.packages));
        for (const Finding& finding : examine_sql(*files_, paths_, declared)) {
            if (finding.health == Health::Warning && finding.subject == "crawled tables")
                draft_.remarks.push_back(finding.message + ". " + finding.hint);
            if (finding.health == Health::Failed)
                draft_.remarks.push_back("validate: " + finding.message);
        }
        return {};
    }

    Result<std::string> report() const {
        json::Value document = json::Value::object();
        document.set("workspace", paths_.root);
        document.set("package", draft_.package);
        json::Value& sources = document.set("sources", json::Value::array());
        for (const draft::DraftedSource& source : draft_.sources) {
            json::Value& one = sources.add(json::Value::object());
            one.set("source", source.name);
            one.set("files", static_cast<std::int64_t>(source.file_count));
            one.set("rows", source.row_count);
            one.set("fields", static_cast<std::int64_t>(source.field_count));
            json::Value& key = one.set("key", json::Value::array());
            for (const std::string& column : source.key) key.add(json::Value::string(column));
            one.set("checks", static_cast<std::int64_t>(source.check_count));
        }
        json::Value& files = document.set("files", json::Value::array());
        for (const package::SourceFile& file : draft_.files)
            files.add(json::Value::string(file.path));
        json::Value& remarks = document.set("remarks", json::Value::array());
        for (const std::string& remark : draft_.remarks) remarks.add(json::Value::string(remark));
        return document.dump();
    }

    const DraftOrder& order_;
    const std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    const WorkspacePaths paths_;
    const ScratchFolder scratch_;
    draft::Draft draft_;
};

}  // namespace

Result<std::string> draft_workspace(const DraftOrder& order) {
    log::configure(log::Level::Error, log::Format::Text);  // the report has it all
    return WorkspaceDraft(order).run();
}

}  // namespace tradewind::app
