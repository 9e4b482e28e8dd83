// Makes data that looks like a shop's: deterministic by seed, so that anybody can try, test and
// measure without anybody's customers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/filesystem.h"

namespace tradewind::generate {

struct GenerateRequest {
    std::string kind;    // one of kinds()
    std::string folder;  // made where absent
    // 1 is: online_retail about 540,000 lines; basket 206,209 users; store_week 50 stores times
    // 2,000 products.
    double scale = 1.0;
    std::uint64_t seed = 42;
    int splits = 1;    // files that online_retail's rows are spread over, in time order
    std::string date;  // of store_week's dump, "2025-07-01"; empty: that one
    int threads = 0;   // 0: as many as the machine has cores; the bytes are the same with any
};

struct GeneratedFile {
    std::string path;
    std::int64_t row_count = 0;
    std::uint64_t bytes = 0;
};

// online_retail: a year of a UK retailer's invoice lines. basket: orders, prior and train lines,
// products, aisles and departments of a grocer, six CSV files. store_week: sales, inventory,
// calendar, product and store of a chain as dumped on one date, five gzipped CSV files; the dump of
// the next date holds the same rows and one day more.
std::vector<std::string> kinds();
// `progress` gets the share done, 0 … 1. AlreadyExists when a file to be written is there.
Result<std::vector<GeneratedFile>> generate(
    const GenerateRequest& request,
    os::Filesystem& files,
    const std::function<void(double)>& progress
);

}  // namespace tradewind::generate
