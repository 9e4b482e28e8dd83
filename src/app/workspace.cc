#include "app/workspace.h"

#include "app/app.h"
#include "app/settings.h"
#include "package/package.h"

namespace tradewind::app {

namespace {

constexpr std::string_view ignore_text =
    "# Tradewind's own; packages and settings are yours to version.\n/data/\n/landing/\n";

}  // namespace

WorkspacePaths::WorkspacePaths(const std::string& folder)
    : root(folder),
      settings(os::join(root, "tradewind.yml")),
      packages(os::join(root, "packages")),
      landing(os::join(root, "landing")),
      data(os::join(root, "data")),
      lock(os::join(data, "lock")),
      control_socket(os::join(data, "control.sock")),
      stream(os::join(data, "stream")),
      serving(os::join(data, "serving")),
      lake(os::join(data, "lake")),
      meta(os::join(data, "meta.sqlite")),
      quarantine(os::join(data, "quarantine")),
      temp(os::join(data, "temp")),
      uploads(os::join(data, "uploads")) {}

Result<void> require_workspace(os::Filesystem& files, const WorkspacePaths& paths) {
    if (files.exists(paths.settings)) return {};
    return Error(ErrorCode::NotFound, paths.root + " is no workspace: there is no tradewind.yml")
        .with_hint(
            "Make one with: tradewind init " + paths.root +
            " --package online_retail, or name another with -C."
        );
}

Result<std::unique_ptr<os::Lock>> own_workspace(
    os::Filesystem& files, const WorkspacePaths& paths
) {
    TRY(require_workspace(files, paths));
    TRY(files.create_folders(paths.landing));
    TRY(files.create_folders(paths.data));
    auto lock = TRY(files.lock(paths.lock));
    for (const std::string& folder : {paths.quarantine, paths.uploads})
        TRY(files.create_folders(folder));
    TRY(os::remove_tree(files, paths.temp));
    TRY(files.create_folders(paths.temp));
    return lock;
}

Result<std::unique_ptr<os::Lock>> own_to_read(os::Filesystem& files, const WorkspacePaths& paths) {
    TRY(require_workspace(files, paths));
    auto lock = TRY(files.lock(paths.lock));
    for (const std::string& folder : {paths.uploads, paths.temp}) TRY(files.create_folders(folder));
    return lock;
}

Result<void> init_workspace(const std::string& folder, const std::vector<std::string>& packages) {
    const auto files = os::make_posix_filesystem();
    const WorkspacePaths paths(folder);
    if (files->exists(paths.settings))
        return Error(ErrorCode::AlreadyExists, folder + " is a workspace already");
    for (const std::string& name : packages)
        TRY(package::shipped_files(name));  // unknown names change nothing
    TRY(files->create_folders(paths.packages));
    TRY(files->create_folders(paths.landing));
    TRY(files->create_folders(paths.data));
    for (const std::string& name : packages)
        TRY(package::install_shipped(*files, name, os::join(paths.packages, name)));
    TRY(os::write_file_atomic(*files, os::join(folder, ".gitignore"), ignore_text));
    // Last: with this file the folder is a workspace.
    return os::write_file_atomic(*files, paths.settings, settings_template());
}

std::string control_socket(const std::string& workspace) {
    return WorkspacePaths(workspace).control_socket;
}

}  // namespace tradewind::app
