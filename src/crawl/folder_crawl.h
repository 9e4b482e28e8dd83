// The crawl of one table folder: what is there against what is known, file by file.
#pragma once

#include <map>
#include <optional>
#include <string>
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
    Result<void> finish();
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
    Result<bool> copy(FileReport& report, const std::string& table);
    void forget_copy(const catalog::CrawledFile& file);
    Result<void> tell_problem(const FileReport& report, const std::string& table);
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
    std::vector<std::string> settled_findings_;              // of them, those that are no more
    std::vector<std::string> unlisted_;                      // folders, ending in '/'
    std::vector<Waiting> waiting_;
};

}  // namespace tradewind::crawl
