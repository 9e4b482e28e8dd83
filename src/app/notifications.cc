#include "app/notifications.h"

#include <utility>

#include "os/secret.h"

namespace tradewind::app {

Result<std::vector<notify::Rule>> read_notifications(const Declarations& declared) {
    std::vector<notify::Rule> rules;
    for (const package::Package& package : declared.packages) {
        for (notify::Rule& rule : TRY(notify::read_rules(package)))
            rules.push_back(std::move(rule));
    }
    return rules;
}

Result<std::string> find_export(
    os::Filesystem& files, const std::string& exports_of_package, const std::string& name
) {
    const auto entries = files.list(exports_of_package);
    const os::FileInfo* newest = nullptr;
    const std::vector<os::FileInfo> none;
    for (const os::FileInfo& entry : entries.ok() ? entries.value() : none) {
        const bool named = !entry.folder && entry.name.substr(0, entry.name.find('.')) == name;
        if (named && (newest == nullptr || newest->modified_at < entry.modified_at))
            newest = &entry;
    }
    if (newest != nullptr) return os::join(exports_of_package, newest->name);
    return Error(ErrorCode::NotFound, "there is no export " + name)
        .with_detail("It would lie in " + exports_of_package + ".")
        .with_hint("An asset with materialize: export makes one.");
}

notify::Notice notice_of(const schedule::Notice& told) {
    notify::Notice notice;
    notice.kind = told.kind;
    notice.package = told.package;
    notice.subject = told.subject;
    notice.title = told.title;
    notice.text = told.text;
    notice.facts = told.facts;
    notice.key = told.key;
    notice.at = told.at;
    return notice;
}

Result<std::unique_ptr<notify::Notifier>> open_notifications(const OutwardParts& parts) {
    const std::string& root = parts.paths.root;
    notify::NotifyOptions options = parts.settings.notify;
    options.workspace = root;
    options.outbox_folder = os::join(parts.paths.data, "outbox");
    if (!options.mail.ca_file.empty()) options.mail.ca_file = os::join(root, options.mail.ca_file);
    notify::NotifierParts told;
    told.rules = TRY(read_notifications(parts.declared));
    told.database = &parts.database;
    told.files = &parts.files;
    told.web = &parts.web;
    told.clock = &parts.clock;
    told.metrics = &parts.metrics;
    told.environment = os::process_variables();
    told.find_attachment = [files = &parts.files, exports = os::join(root, "exports")](
                               const notify::Notice& notice, const std::string& name
                           ) {
        return find_export(*files, os::join(exports, notice.package), name);
    };
    told.on_notice = [events = parts.events](const notify::NoticeRecord& notice) {
        events->on_notice(notice);
    };
    return notify::open_notifier(std::move(options), std::move(told));
}

}  // namespace tradewind::app
