// Which input files an incremental asset's output came from. Inputs come in batches, the files of
// one run, numbered from 1; an output file names its batches. Of the newest batches the version
// keeps what each was: {"oldest": 17, "18": ["raw/…/a.parquet", …], "19": […]}. All before are one:
// what is part of the input and of no newer batch. So a version costs no more when the input has a
// thousand times the files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "lake/lake.h"

namespace tradewind::pipeline {

// Files of one partition, and all the batches whose rows they hold.
struct FilesTogether {
    std::set<std::int64_t> batches;
    std::set<std::string> paths;
};

class Batches {
public:
    static Batches from(const lake::Version& version);
    json::Value to_json() const;

    // Those that are kept apart.
    const std::map<std::int64_t, std::set<std::string>>& newest() const { return batches_; }
    // The number that all older ones have; 0: there are none.
    std::int64_t oldest() const { return oldest_; }
    // Of an input file that was taken.
    std::int64_t batch_of(const std::string& input) const;
    // Those that an output file notes, by the numbers that they have now.
    std::set<std::int64_t> batches_of(const lake::DataFile& file) const;
    // Of a partition's files those that hold rows of the batches `wanted`. Files that share a batch
    // go together: which of its rows are in which of them cannot be told, as after a merge of files
    // of the oldest batches.
    std::vector<FilesTogether> files_of(
        const std::set<std::int64_t>& wanted, const std::vector<const lake::DataFile*>& files
    ) const;
    // In all of the newest.
    std::set<std::string> inputs() const;

    std::int64_t add(std::set<std::string> inputs);
    void remove_input(const std::string& input);
    // So that this many batches and files at most are kept apart.
    void fold(std::size_t batches_max, std::size_t files_max);

private:
    std::int64_t oldest_ = 0;
    std::map<std::int64_t, std::set<std::string>> batches_;
};

// As an output file notes them.
json::Value batch_list(const std::set<std::int64_t>& batches);

}  // namespace tradewind::pipeline
