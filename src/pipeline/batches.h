// Which input files an incremental asset's output came from. Inputs come in batches, the files of
// one run; an output file names its batches, and the version keeps what each batch was:
// {"1": ["raw/…/a.parquet", …], "2": […]}. So a version tells of every input file which output
// files can hold its rows, also of inputs that gave no rows.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "lake/lake.h"

namespace tradewind::pipeline {

class Batches {
public:
    static Batches from(const lake::Version& version);
    json::Value to_json() const;

    const std::map<std::int64_t, std::set<std::string>>& all() const { return batches_; }
    std::int64_t add(std::set<std::string> inputs);
    void remove_input(const std::string& input);

private:
    std::map<std::int64_t, std::set<std::string>> batches_;
};

// As an output file notes them.
std::set<std::int64_t> batches_of(const lake::DataFile& file);
json::Value batch_list(const std::set<std::int64_t>& batches);

}  // namespace tradewind::pipeline
