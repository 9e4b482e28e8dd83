// The crawl of one table folder: what is there against what is known, file by file.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crawl/copies.h"
#include "crawl/crawl_run.h"
#include "crawl/file_report.h"
#include "crawl/known_files.h"
#include "crawl/parquet.h"
#include "crawl/table_build.h"

namespace tradewind::crawl {

// One thread; reads files with as many as the options say.
class FolderCrawl {
public:
    // `root`: the folder, or a file that is a table of its own. `scope`: the part of it to look at,
    // ending in '/' where it is a folder.
    FolderCrawl(CrawlRun& run, ParquetExaminer& parquet, std::string root, std::string scope);

    // Tables that are known to lie there.
    Result<void> begin(const std::vector<catalog::CrawledTable>& known);
    // In byte order of their paths.
    Result<void> see(FoundFile file);
    Result<void> cannot_list(const std::string& path, const Error& why);
    // There is something that is no file to be read: a finding of that kind, told once.
    Result<void> pass_by(const std::string& path, const char* kind, const std::string& why);
    Result<void> finish();
    bool has_tables() const { return !tables_.empty(); }
    // Takes back what was staged.
    void abandon();

private:
    struct Waiting {
        FoundFile file;
        std::optional<KnownFiles::Entry> known;  // it was part of a table with other bytes
    };

    Result<void> pass_known_before(const std::string& path);
    Result<void> gone(const KnownFiles::Entry& entry);
    bool known_problem(const FoundFile& file) const;
    Result<void> examine_waiting();
    std::vector<FileReport> read(const std::vector<Waiting>& waiting);
    Result<void> place(const Waiting& waiting, FileReport report);
    Result<std::size_t> table_for(const FileReport& report, const Waiting& waiting);
    Result<bool> copy(FileReport& report, std::size_t table, const Waiting& waiting);
    void forget_copy(const catalog::CrawledFile& file);
    catalog::CrawlFinding finding_of(
        const FoundFile& file, const std::string& kind, const std::string& message
    ) const;
    // Of a file that is none of a table's, or was: the table that is known to have had it.
    Result<void> tell_problem(const FileReport& report, const Waiting& waiting);
    // Of a file of that table, which may get its name only at the end.
    Result<void> tell_of_table(catalog::CrawlFinding finding, std::size_t table);
    Result<void> tell_waiting_findings();
    void settle_what_is_gone();
    // It is part of another table from now on.
    Result<void> tell_moved(const Waiting& waiting);
    Result<void> tell_hidden_columns(const FileReport& report, std::size_t table);
    Result<void> stage(std::size_t table);
    Result<void> name_tables();
    Result<void> record(TableBuild& table);
    Timestamp settled(const FoundFile& file) const;

    CrawlRun& run_;
    Copies copies_;
    ParquetExaminer& parquet_;
    std::string root_;
    bool whole_ = false;  // not only a part of it is looked at
    KnownFiles known_;
    std::vector<TableBuild> tables_;
    std::map<std::string, catalog::CrawlFinding> findings_;  // of earlier crawls, by path
    // Of this one, with the place of their table, which has no name yet.
    std::vector<std::pair<std::size_t, catalog::CrawlFinding>> waiting_findings_;
    std::vector<std::string> unlisted_;  // folders, ending in '/'
    std::vector<Waiting> waiting_;
};

}  // namespace tradewind::crawl
