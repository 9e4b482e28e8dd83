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

namespace {

Error no_export(const std::string& name, const std::string& place) {
    return Error(ErrorCode::NotFound, "there is no export " + name)
        .with_detail("It would lie in " + place + ".")
        .with_hint("An asset with materialize: export makes one.");
}

}  // namespace

Result<std::string> find_export(
    os::Filesystem& files,
    const std::string& exports_folder,
    const catalog::TableName& name,
    const pipeline::AssetGraph* graph
) {
    const pipeline::Asset* asset = graph == nullptr ? nullptr : graph->find(name);
    if (asset != nullptr && asset->materialize == pipeline::Materialize::Export) {
        const std::string path = pipeline::export_path(exports_folder, *asset);
        return files.exists(path) ? Result<std::string>(path) : no_export(name.table, path);
    }
    const std::string folder = os::join(exports_folder, name.schema);
    const auto entries = files.list(folder);
    const os::FileInfo* newest = nullptr;
    const std::vector<os::FileInfo> none;
    for (const os::FileInfo& entry : entries.ok() ? entries.value() : none) {
        const bool named =
            !entry.folder && entry.name.substr(0, entry.name.find('.')) == name.table;
        if (named && (newest == nullptr || newest->modified_at < entry.modified_at))
            newest = &entry;
    }
    if (newest != nullptr) return os::join(folder, newest->name);
    return no_export(name.table, folder);
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
    if (!options.mail.folder.empty()) options.mail.folder = os::join(root, options.mail.folder);
    notify::NotifierParts told;
    told.rules = TRY(read_notifications(parts.declared));
    told.database = &parts.database;
    told.files = &parts.files;
    told.web = &parts.web;
    told.clock = &parts.clock;
    told.metrics = &parts.metrics;
    told.environment = os::process_variables();
    told.find_attachment =
        [files = &parts.files, exports = os::join(root, "exports"), graph = parts.graph](
            const notify::Notice& notice, const std::string& name
        ) { return find_export(*files, exports, {notice.package, name}, graph()); };
    told.on_notice = [events = parts.events](const notify::NoticeRecord& notice) {
        events->on_notice(notice);
    };
    return notify::open_notifier(std::move(options), std::move(told));
}

}  // namespace tradewind::app
