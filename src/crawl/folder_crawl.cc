#include "crawl/folder_crawl.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "crawl/examine.h"
#include "crawl/names.h"
#include "crawl/partitions.h"
#include "os/filesystem.h"

namespace tradewind::crawl {

namespace {

// Files read before their reports are put together, and files whose records wait to be written:
// both bound what is held in memory.
constexpr std::size_t batch_files = 256;
constexpr std::size_t staged_files = 4096;
// Findings of one folder that are looked at again.
constexpr std::size_t findings_max = 1'000'000;
// Tables of one folder: more is no data, but a folder of odd ends.
constexpr std::size_t tables_max = 2000;
// A file that changed this shortly before it was read may have been changed after it again without
// another time on it: time stamps stand still for a few milliseconds.
constexpr std::int64_t settle_us = 20'000;

std::string name_problem(const std::string& path) {
    if (!valid_utf8(path)) return "its name is not UTF-8; rename it, then crawl again";
    if (path.find_first_of("*?[") != std::string::npos) {
        return "its path holds one of * ? [, which SQL takes for a pattern; rename it";
    }
    return "";
}

// Stands with the table, for crawls that nobody asks for.
json::Value to_json(const SchemaPolicy& policy) {
    json::Value told = json::Value::object();
    told.set("add_columns", policy.add_columns);
    told.set("widen_types", policy.widen_types);
    told.set("conflicts_only_logged", policy.conflicts_only_logged);
    return told;
}

}  // namespace

FolderCrawl::FolderCrawl(
    CrawlRun& run, ParquetExaminer& parquet, std::string root, std::string scope
)
    : run_(run),
      copies_(run.lake, run.file_options(), run.id),
      parquet_(parquet),
      root_(std::move(root)),
      known_(run.catalog, scope) {
    if (scope.ends_with('/')) scope.pop_back();
    whole_ = scope == root_;
    auto findings = run_.catalog.findings_below(scope, findings_max);
    if (!findings.ok()) return;
    for (auto& finding : findings.value()) {
        if (finding.kind != "deleted") findings_[finding.path] = std::move(finding);
    }
}

Result<void> FolderCrawl::begin(const std::vector<catalog::CrawledTable>& known) {
    for (const catalog::CrawledTable& table : known) {
        tables_.emplace_back(table);
        if (run_.request.again && whole_) tables_.back().begin_anew();
        TRY(known_.add_table(table.name));
    }
    return {};
}

Result<void> FolderCrawl::gone(const KnownFiles::Entry& entry) {
    const std::string& path = entry.file.path;
    for (const std::string& folder : unlisted_) {
        if (path.starts_with(folder)) return {};
    }
    tables_[entry.table].remove(entry.file, true);
    forget_copy(entry.file);
    if (findings_.contains(path)) run_.settle(path);
    catalog::CrawlFinding finding;
    finding.path = path;
    finding.kind = "deleted";
    finding.message = "the file is no longer there; its " + format_count(entry.file.row_count) +
                      (entry.file.row_count == 1 ? " row left" : " rows left") + " the table";
    finding.table = tables_[entry.table].name()->text();
    finding.bytes = entry.file.bytes;
    finding.modified_at = entry.file.modified_at;
    TRY(run_.find(std::move(finding)));
    return stage(entry.table);
}

Result<void> FolderCrawl::pass_known_before(const std::string& path) {
    while (known_.peek() != nullptr && (path.empty() || known_.peek()->file.path < path)) {
        const KnownFiles::Entry entry = *known_.peek();
        TRY(known_.pop());
        TRY(gone(entry));
    }
    return {};
}

Result<void> FolderCrawl::see(FoundFile file) {
    if (run_.cancelled()) return Error(ErrorCode::Cancelled, "the crawl was cancelled");
    ++run_.report.files_seen;
    TRY(pass_known_before(file.path));
    std::optional<KnownFiles::Entry> known;
    if (known_.peek() != nullptr && known_.peek()->file.path == file.path) {
        known = *known_.peek();
        TRY(known_.pop());
        const bool same = known->file.bytes == file.bytes &&
                          known->file.modified_at == file.modified_at && !run_.request.again;
        if (same) return {};
    } else if (known_problem(file)) {
        return {};
    }
    waiting_.push_back({std::move(file), std::move(known)});
    if (waiting_.size() < batch_files) return {};
    return examine_waiting();
}

Result<void> FolderCrawl::cannot_list(const std::string& path, const Error& why) {
    // Types would then be those of a part of its files.
    if (run_.request.again) return why;
    unlisted_.push_back(path);
    catalog::CrawlFinding finding;
    finding.path = path;
    finding.kind = "unreadable";
    finding.message = why.describe();
    return run_.find(std::move(finding));
}

std::vector<FileReport> FolderCrawl::read(const std::vector<Waiting>& waiting) {
    std::vector<FileReport> reports(waiting.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        while (true) {
            const std::size_t i = next++;
            if (i >= waiting.size()) return;
            const FoundFile& file = waiting[i].file;
            const std::string name = os::base_name(file.path);
            reports[i].file = file;
            if (const std::string problem = name_problem(file.path); !problem.empty()) {
                reports[i].problem_kind = "unreadable";
                reports[i].problem = problem;
            } else if (is_no_data(name)) {
                reports[i].problem_kind = "unknown_format";
                reports[i].problem = "files of that kind hold no tables";
            } else if (is_parquet_name(name) && file.bytes > 0) {
                reports[i].problem_kind = "parquet";
            } else {
                reports[i] = examine(file, run_.file_options(), run_.files, run_.cancel_flag());
            }
        }
    };
    std::vector<std::jthread> threads;
    for (int i = 1; i < run_.options.threads; ++i) threads.emplace_back(work);
    work();
    threads.clear();  // joined
    return reports;
}

Result<void> FolderCrawl::examine_waiting() {
    const std::vector<Waiting> waiting = std::exchange(waiting_, {});
    std::vector<FileReport> reports = read(waiting);
    run_.report.files_read += waiting.size();
    std::vector<FoundFile> parquet;
    for (const FileReport& report : reports) {
        if (report.problem_kind == "cancelled") {
            return Error(ErrorCode::Cancelled, "the crawl was cancelled");
        }
        if (report.problem_kind == "parquet") parquet.push_back(report.file);
    }
    std::vector<FileReport> footers;
    if (!parquet.empty()) footers = parquet_.examine(parquet);
    auto footer = footers.begin();
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        const bool is_parquet = reports[i].problem_kind == "parquet";
        TRY(place(waiting[i], is_parquet ? std::move(*footer++) : std::move(reports[i])));
    }
    return {};
}

Timestamp FolderCrawl::settled(const FoundFile& file) const {
    const bool fresh = file.modified_at.micros > run_.started_at.micros - settle_us;
    return fresh ? Timestamp{-file.modified_at.micros} : file.modified_at;
}

Result<std::size_t> FolderCrawl::table_for(const FileReport& report, const Waiting& waiting) {
    // One that changed stays where it was, as long as it still fits.
    if (waiting.known && tables_[waiting.known->table].fits(report)) return waiting.known->table;
    for (std::size_t i = 0; i < tables_.size(); ++i) {
        if (tables_[i].fits(report)) return i;
    }
    if (tables_.size() >= tables_max) {
        return Error(
                   ErrorCode::ResourceExhausted,
                   "'" + root_ + "' holds more than " + format_count(tables_max) + " kinds of files"
        )
            .with_hint("Give each kind a folder of its own, or crawl single files.");
    }
    tables_.emplace_back(root_);
    return tables_.size() - 1;
}

Result<void> FolderCrawl::place(const Waiting& waiting, FileReport report) {
    if (waiting.known) {
        tables_[waiting.known->table].remove(waiting.known->file, false);
        forget_copy(waiting.known->file);
    }
    if (findings_.contains(report.file.path)) run_.settle(report.file.path);
    if (!report.problem_kind.empty()) return tell_problem(report, waiting);
    const std::size_t at = TRY(table_for(report, waiting));
    TableBuild& table = tables_[at];
    table.rename_columns(report);
    const std::string conflict = table.conflict(report, run_.request.policy);
    if (!conflict.empty()) {
        TRY(tell_of_table(finding_of(report.file, "conflict", conflict), at));
        if (!run_.request.policy.conflicts_only_logged) return {};
    }
    if (report.needs_copy && !TRY(copy(report, at, waiting))) return {};
    if (waiting.known && waiting.known->table != at) TRY(tell_moved(waiting));
    TRY(tell_hidden_columns(report, at));
    table.add(report, settled(report.file), waiting.known && waiting.known->table == at);
    return stage(at);
}

// False: it could not be made, and the file is part of no table.
Result<bool> FolderCrawl::copy(FileReport& report, std::size_t table, const Waiting& waiting) {
    const auto made = copies_.make(report, root_);
    if (!made.ok()) {
        report.problem_kind = "unreadable";
        report.problem = made.error().describe();
        TRY(tell_problem(report, waiting));
        return false;
    }
    if (report.bad_row_count == 0) return true;
    const std::string told =
        format_count(report.bad_row_count) +
        " of its rows cannot be read and were left out, the first on " + report.bad_row +
        "; mend them, or import the file, which keeps such rows as dead letters";
    TRY(tell_of_table(finding_of(report.file, "malformed_rows", told), table));
    return true;
}

void FolderCrawl::forget_copy(const catalog::CrawledFile& file) {
    if (!file.copy.empty()) copies_.give_up(file.copy);
}

Result<void> FolderCrawl::stage(std::size_t table) {
    TableBuild& build = tables_[table];
    if (build.pending() < staged_files) return {};
    // A kind of files so numerous is what the folder is for.
    if (!build.name()) build.set_name(run_.take_name(run_.folder_wishes(root_)));
    return run_.catalog.stage_crawl(*build.name(), build.take_added(), build.take_removed());
}

Result<void> FolderCrawl::name_tables() {
    const bool alone = tables_.size() == 1;
    const bool is_file = !tables_.empty() && tables_.front().stems().size() == 1 &&
                         stem_of(os::base_name(root_)) == tables_.front().stems().front();
    for (TableBuild& table : tables_) {
        if (table.name() || !table.changed()) continue;
        std::vector<std::string> wishes = run_.folder_wishes(root_);
        const std::string stem = snake_case(common_stem(table.stems()));
        if (is_file) {
            wishes = {stem, snake_case(os::base_name(os::parent_folder(root_)) + "_" + stem)};
        } else if (!alone && !stem.empty()) {
            wishes = {stem, wishes.front() + "_" + stem};
        }
        table.set_name(run_.take_name(wishes));
    }
    return {};
}

Result<void> FolderCrawl::finish() {
    TRY(pass_known_before(""));
    TRY(examine_waiting());
    TRY(name_tables());
    TRY(tell_waiting_findings());
    settle_what_is_gone();
    for (TableBuild& table : tables_) TRY(record(table));
    return {};
}

Result<void> FolderCrawl::record(TableBuild& table) {
    if (!table.name()) return {};
    CrawledTableReport& report = run_.report.tables.emplace_back();
    table.fill(report);
    if (!table.changed()) return {};
    catalog::CrawledVersion version = table.version();
    version.extra.set("policy", to_json(run_.request.policy));
    version.layer = run_.layer_of(root_);
    version.run = run_.id;
    version.at = run_.clock.now();
    version.added = table.take_added();
    version.removed = table.take_removed();
    TRY(copies_.commit());
    report.version = TRY(run_.catalog.record_crawl(version));
    const auto recorded = TRY(run_.catalog.crawled(version.name));
    CHECK(recorded.has_value());
    const auto published = publish_crawled(run_.catalog, run_.engine, run_.files, *recorded);
    if (published.ok()) return {};
    report.problem = published.error().describe();
    log::error(
        "crawled table cannot be read", {{"table", version.name.text()}, {"reason", report.problem}}
    );
    return {};
}

void FolderCrawl::abandon() {
    copies_.abandon();
    for (const TableBuild& table : tables_) {
        if (!table.name()) continue;
        const auto done = run_.catalog.unstage_crawl(*table.name());
        if (!done.ok()) log::warn("crawl: " + done.error().describe());
    }
}

}  // namespace tradewind::crawl
