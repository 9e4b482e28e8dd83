// Files that the engine cannot read in place (rows of the wrong length, line ends or an encoding
// that it does not take): their good rows are written once more, plainly, into the lake.
#pragma once

#include <string>
#include <vector>

#include "crawl/file_report.h"
#include "engine/engine.h"
#include "lake/lake.h"

namespace tradewind::crawl {

// The dataset in the lake that holds them all.
inline const std::string copies_dataset = "crawl/copies";

// One thread.
class Copies {
public:
    Copies(lake::Lake& lake, engine::FileOptions options, std::string run)
        : lake_(lake), options_(std::move(options)), run_(std::move(run)) {}

    // Writes it and makes the report tell of the copy. `root`: of its table, for the partitions.
    Result<void> make(FileReport& report, const std::string& root);
    // The copy of a file that is no longer part of its table.
    void give_up(const std::string& copy);
    // Makes what was made durable, and lets go what was given up. Before the catalog names it.
    Result<void> commit();
    // Takes back what was not committed.
    void abandon();

private:
    Result<std::string> path_for(const FileReport& report, const std::string& root) const;

    lake::Lake& lake_;
    engine::FileOptions options_;
    std::string run_;
    std::vector<lake::DataFile> made_;
    std::vector<std::string> given_up_;  // relative to the lake
};

}  // namespace tradewind::crawl
