// What the crawl of a folder has to tell of its files, and what earlier ones told.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "crawl/folder_crawl.h"
#include "crawl/partitions.h"
#include "crawl/walk.h"
#include "os/filesystem.h"

namespace tradewind::crawl {

namespace {

// Findings that wait for their tables' names: more, and a table gets its name before the end.
constexpr std::size_t waiting_max = 4096;

// A file that an earlier crawl left out for what this one would have.
bool is_welcome_now(const catalog::CrawlFinding& finding, const SchemaPolicy& policy) {
    if (finding.kind != "conflict") return false;
    const bool new_column = finding.message.starts_with(new_column_conflict);
    return policy.conflicts_only_logged || (new_column ? policy.add_columns : policy.widen_types);
}

}  // namespace

bool FolderCrawl::known_problem(const FoundFile& file) const {
    if (run_.request.again) return false;
    const auto found = findings_.find(file.path);
    return found != findings_.end() && found->second.bytes == file.bytes &&
           found->second.modified_at == file.modified_at &&
           !is_welcome_now(found->second, run_.request.policy);
}

Result<void> FolderCrawl::pass_by(
    const std::string& path, const char* kind, const std::string& why
) {
    const auto known = findings_.find(path);
    const bool told = known != findings_.end() && known->second.kind == kind &&
                      known->second.message == why && !run_.request.again;
    if (known != findings_.end()) {
        if (!told) run_.settle(path);
        findings_.erase(known);  // it is there
    }
    if (told) return {};
    catalog::CrawlFinding finding;
    finding.path = path;
    finding.kind = kind;
    finding.message = why;
    return run_.find(std::move(finding));
}

catalog::CrawlFinding FolderCrawl::finding_of(
    const FoundFile& file, const std::string& kind, const std::string& message
) const {
    catalog::CrawlFinding finding;
    finding.path = file.path;
    finding.kind = kind;
    finding.message = message;
    // One that went or changes is looked at again by the next crawl whatever is known of it.
    if (kind == "vanished" || kind == "changing") return finding;
    finding.bytes = file.bytes;
    finding.modified_at = settled(file);
    return finding;
}

Result<void> FolderCrawl::tell_problem(const FileReport& report, const Waiting& waiting) {
    catalog::CrawlFinding finding = finding_of(report.file, report.problem_kind, report.problem);
    if (!waiting.known) return run_.find(std::move(finding));
    return tell_of_table(std::move(finding), waiting.known->table);
}

Result<void> FolderCrawl::tell_of_table(catalog::CrawlFinding finding, std::size_t table) {
    if (const auto& name = tables_[table].name()) {
        finding.table = name->text();
        return run_.find(std::move(finding));
    }
    waiting_findings_.emplace_back(table, std::move(finding));
    if (waiting_findings_.size() < waiting_max) return {};
    tables_[table].set_name(run_.take_name(run_.folder_wishes(root_)));
    return tell_waiting_findings();
}

// Those whose tables have names now.
Result<void> FolderCrawl::tell_waiting_findings() {
    for (auto& [table, finding] : std::exchange(waiting_findings_, {}))
        TRY(tell_of_table(std::move(finding), table));
    return {};
}

// Nothing is wrong any more with files that are no more, nor with folders that could be listed.
void FolderCrawl::settle_what_is_gone() {
    for (const auto& [path, finding] : findings_) {
        const bool folder = path.ends_with('/');
        const std::string place =
            folder ? path.substr(0, path.size() - 1) : os::parent_folder(path);
        if (table_folder_of(place) != root_) continue;
        const bool unlisted = std::ranges::any_of(unlisted_, [&](const std::string& other) {
            return path.starts_with(other);
        });
        if (!unlisted && (folder || !run_.files.exists(path))) run_.settle(path);
    }
}

Result<void> FolderCrawl::tell_moved(const Waiting& waiting) {
    const std::int64_t rows = waiting.known->file.row_count;
    const std::string told = "its columns are others now: it is part of another table, and " +
                             format_count(rows) + (rows == 1 ? " row" : " rows") + " left this one";
    return tell_of_table(finding_of(waiting.file, "moved", told), waiting.known->table);
}

Result<void> FolderCrawl::tell_hidden_columns(const FileReport& report, std::size_t table) {
    const std::string hidden = hidden_columns(report, root_);
    if (hidden.empty()) return {};
    return tell_of_table(finding_of(report.file, "hidden_column", hidden), table);
}

}  // namespace tradewind::crawl
