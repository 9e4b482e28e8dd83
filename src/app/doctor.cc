#include "app/doctor.h"

#include <sys/resource.h>

#include <algorithm>

#include "app/app.h"
#include "app/crawled_tables.h"
#include "app/extracts.h"
#include "app/full_disk.h"
#include "app/listen.h"
#include "app/models.h"
#include "app/notifications.h"
#include "app/set_aside.h"
#include "app/sources.h"
#include "app/sql_validation.h"
#include "app/stored_partitions.h"
#include "app/validation.h"
#include "app/workspace.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/engine.h"
#include "os/process.h"

namespace tradewind::app {

namespace {

constexpr std::uint64_t disk_wanted_bytes = 2ull << 30;
constexpr std::uint64_t open_files_wanted = 4096;

const char* to_string(Health health) {
    switch (health) {
        case Health::Ok:
            return "ok";
        case Health::Warning:
            return "warning";
        case Health::Failed:
            return "failed";
    }
    return "failed";
}

Finding examine_settings(const std::string& workspace) {
    const auto settings = load_settings(workspace);
    if (!settings.ok()) return failed("settings", settings.error());
    const auto allowed = require_loopback(settings->server.address);
    if (!allowed.ok()) return failed("settings", allowed.error());
    return {
        "settings", Health::Ok, "tradewind.yml is fine; server.listen is " + settings->listen, ""
    };
}

Finding describe_packages(const Declarations& declared) {
    if (declared.packages.empty()) {
        return {
            "packages",
            Health::Warning,
            "there is no package yet",
            "Add one with: tradewind init DIR --package online_retail, or write your own."
        };
    }
    std::string names;
    for (const auto& package : declared.packages)
        names += (names.empty() ? "" : ", ") + package.name;
    return {
        "packages",
        Health::Ok,
        names + ": " + std::to_string(declared.contracts.size()) + " sources, " +
            std::to_string(declared.tables.size()) + " serving tables",
        ""
    };
}

std::vector<Finding> examine_packages(os::Filesystem& files, const WorkspacePaths& paths) {
    const auto declared = read_declarations(files, paths.packages);
    if (!declared.ok()) return {failed("packages", declared.error())};
    std::vector<Finding> findings{describe_packages(*declared)};
    for (Finding& finding : examine_assets(files, paths, *declared))
        findings.push_back(std::move(finding));
    for (Finding& finding : examine_partitions(files, paths, *declared))
        findings.push_back(std::move(finding));
    return findings;
}

Finding examine_disk(os::Filesystem& files, const WorkspacePaths& paths) {
    const auto free = files.free_bytes(paths.root);
    if (!free.ok()) return failed("disk", free.error());
    const std::string text = format_bytes(static_cast<std::int64_t>(*free)) + " free";
    if (is_full(files, paths)) {
        return {
            "disk",
            Health::Failed,
            text + ": the disk of " + paths.data + " is full",
            "Make room there. What is there can be read, but nothing be written, and a server does "
            "not start."
        };
    }
    if (*free < disk_wanted_bytes)
        return {
            "disk",
            Health::Warning,
            text,
            "Below disk.reserve records and files are answered 503: make room in time."
        };
    return {"disk", Health::Ok, text, ""};
}

Finding examine_writing(os::Filesystem& files, const WorkspacePaths& paths) {
    const std::string probe = os::join(paths.data, "doctor-" + std::to_string(os::process_id()));
    auto written = os::write_file_atomic(files, probe, "probe");
    if (!written.ok()) return failed("data folder", written.error());
    static_cast<void>(files.remove(probe).ok());
    return {"data folder", Health::Ok, paths.data + " can be written and synced", ""};
}

Finding examine_owner(os::Filesystem& files, const WorkspacePaths& paths) {
    const auto lock = files.lock(paths.lock);
    if (lock.ok()) return {"owner", Health::Ok, "no server is running on this workspace", ""};
    if (lock.error().code() == ErrorCode::Conflict)
        return {"owner", Health::Ok, "a server is running: " + lock.error().detail(), ""};
    return failed("owner", lock.error());
}

Finding examine_open_files() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    const std::string text = std::to_string(limit.rlim_cur) + " files and connections may be open";
    if (limit.rlim_cur < open_files_wanted)
        return {"open files", Health::Warning, text, "Raise it with: ulimit -n 65536."};
    return {"open files", Health::Ok, text, ""};
}

Finding examine_machine() {
    return {
        "machine",
        Health::Ok,
        std::to_string(os::cpu_count()) + " cores, " +
            format_bytes(static_cast<std::int64_t>(os::memory_bytes_total())) + " memory",
        ""
    };
}

}  // namespace

Finding failed(std::string subject, const Error& error) {
    std::string where;
    if (error.where()) {
        where = error.where()->file;
        if (error.where()->line > 0) where += ":" + std::to_string(error.where()->line);
        where += ": ";
    }
    return {
        std::move(subject),
        Health::Failed,
        where + error.message() + (error.detail().empty() ? "" : ". " + error.detail()),
        error.hint()
    };
}

// What leads out of the platform: databases, and who is told.
std::vector<Finding> examine_outward(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
) {
    std::vector<Finding> findings;
    const auto databases = read_databases(files, paths.root, declared);
    if (!databases.ok()) findings.push_back(failed("databases", databases.error()));
    for (const std::string& name :
         databases.ok() ? missing_connections(*databases, declared) : std::set<std::string>{}) {
        findings.push_back(
            {"databases",
             Health::Warning,
             "packages read the connection " + name + ", which is not there",
             "Put it into connections.yml of the workspace."}
        );
    }
    const auto rules = read_notifications(declared);
    if (!rules.ok()) findings.push_back(failed("notifications", rules.error()));
    const auto settings = load_settings(paths.root);
    if (!rules.ok() || !settings.ok()) return findings;
    const auto mail = notify::check_mail(settings->notify.mail);
    if (!mail.ok()) findings.push_back(failed("notifications", mail.error()));
    const bool mails = std::ranges::any_of(*rules, [](const auto& rule) { return !!rule.mail; });
    const bool sends = !settings->notify.mail.server.empty() && !settings->notify.mail.from.empty();
    if (mails && !sends) {
        findings.push_back(
            {"notifications",
             Health::Warning,
             "packages notify by mail, but mail.server or mail.from is not set",
             "Set both in tradewind.yml."}
        );
    }
    return findings;
}

std::vector<Finding> examine(const std::string& workspace) {
    const auto files = os::make_posix_filesystem();
    const WorkspacePaths paths(workspace);
    std::vector<Finding> findings;
    findings.push_back(
        {"program",
         Health::Ok,
         "Tradewind " + version() + ", SQL engine " + engine::engine_version(),
         ""}
    );
    findings.push_back(examine_machine());
    findings.push_back(examine_open_files());
    const auto there = require_workspace(*files, paths);
    if (!there.ok()) {
        findings.push_back(failed("workspace", there.error()));
        return findings;
    }
    findings.push_back(examine_settings(workspace));
    for (Finding& finding : examine_packages(*files, paths)) findings.push_back(std::move(finding));
    findings.push_back(examine_disk(*files, paths));
    findings.push_back(examine_writing(*files, paths));
    findings.push_back(examine_owner(*files, paths));
    findings.push_back(examine_quarantine(*files, paths.quarantine));
    findings.push_back(examine_lost_records(*files, paths.quarantine));
    findings.push_back(examine_lost_rows(*files, paths.lake));
    for (Finding& finding : examine_crawled(*files, paths)) findings.push_back(std::move(finding));
    for (Finding& finding : examine_versions(*files, paths)) findings.push_back(std::move(finding));
    return findings;
}

namespace {

std::string report_of(const std::vector<Finding>& findings) {
    json::Value report = json::Value::object();
    bool ok = true;
    json::Value& list = report.set("findings", json::Value::array());
    for (const Finding& finding : findings) {
        json::Value& entry = list.add(json::Value::object());
        entry.set("subject", finding.subject);
        entry.set("health", to_string(finding.health));
        entry.set("message", finding.message);
        if (!finding.hint.empty()) entry.set("hint", finding.hint);
        ok = ok && finding.health != Health::Failed;
    }
    report.set("ok", ok);
    return report.dump();
}

}  // namespace

Result<std::string> doctor_report(const std::string& workspace) {
    return report_of(examine(workspace));
}

Result<std::string> validate_report(const std::string& workspace) {
    const auto files = os::make_posix_filesystem();
    const WorkspacePaths paths(workspace);
    TRY(require_workspace(*files, paths));
    std::vector<Finding> findings{examine_settings(workspace)};
    const auto declared = read_declarations(*files, paths.packages);
    if (!declared.ok()) {
        findings.push_back(failed("packages", declared.error()));
        return report_of(findings);
    }
    findings.push_back(describe_packages(*declared));
    for (Finding& finding : examine_outward(*files, paths, *declared))
        findings.push_back(std::move(finding));
    for (Finding& finding : examine_sql(*files, paths, *declared))
        findings.push_back(std::move(finding));
    for (Finding& finding : examine_partitions(*files, paths, *declared))
        findings.push_back(std::move(finding));
    for (Finding& finding : examine_stored_types(*files, paths, *declared))
        findings.push_back(std::move(finding));
    return report_of(findings);
}

std::string engine_version() {
    return engine::engine_version();
}

std::string version() {
    return TRADEWIND_VERSION;
}

}  // namespace tradewind::app
