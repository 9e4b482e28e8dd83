// Parquet files tell their columns and rows in their footers; the engine reads those, many at once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "crawl/file_report.h"
#include "engine/engine.h"

namespace tradewind::crawl {

// One thread.
class ParquetExaminer {
public:
    explicit ParquetExaminer(engine::Engine& engine) : engine_(engine) {}

    // A report for each file, in their order.
    std::vector<FileReport> examine(const std::vector<FoundFile>& files);

private:
    struct Footer {
        std::string signature;  // all that tells one set of columns from another
        std::int64_t row_count = 0;
    };

    Result<engine::Work*> work();
    Result<std::map<std::string, Footer>> footers(const std::vector<FoundFile>& files);
    Result<std::vector<FileColumn>> columns_of(
        const std::string& path, const std::string& signature
    );
    FileReport report(const FoundFile& file);
    Result<void> fill(FileReport& report, const Footer& footer);
    // What the values of files with the same columns are, file by file.
    Result<void> profile(const std::vector<FileReport*>& reports);
    void profile_all(std::vector<FileReport>& reports);

    engine::Engine& engine_;
    std::unique_ptr<engine::Work> work_;
    std::map<std::string, std::vector<FileColumn>> columns_by_signature_;
};

}  // namespace tradewind::crawl
