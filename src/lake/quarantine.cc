#include "lake/quarantine.h"

namespace tradewind::lake {

namespace {

// The same path damaged more often than this needs a person.
constexpr int copies_max = 1000;

Result<std::string> free_name(os::Filesystem& files, const std::string& wanted) {
    for (int copy = 0; copy < copies_max; ++copy) {
        const std::string name = copy == 0 ? wanted : wanted + "." + std::to_string(copy);
        const auto info = files.info(name);
        if (info.ok()) continue;
        if (info.error().code() == ErrorCode::NotFound) return name;
        return info.error();
    }
    return Error(
               ErrorCode::ResourceExhausted,
               "quarantine holds " + std::to_string(copies_max) + " copies of '" + wanted + "'"
    )
        .with_hint("Look at them, then remove them.");
}

}  // namespace

Quarantine::Quarantine(std::string root, std::string folder, os::Filesystem& files)
    : root_(std::move(root)), folder_(std::move(folder)), files_(files) {}

Result<std::string> Quarantine::move(const std::string& path) {
    const std::string from = os::join(root_, path);
    const std::string wanted = os::join(folder_, path);
    TRY(files_.info(from));
    TRY(files_.create_folders(os::parent_folder(wanted)));
    const std::string to = TRY(free_name(files_, wanted));
    TRY(files_.rename(from, to));
    TRY(files_.sync_folder(os::parent_folder(to)));
    TRY(files_.sync_folder(os::parent_folder(from)));
    return to;
}

}  // namespace tradewind::lake
