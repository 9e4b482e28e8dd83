// What files a command line means: files, folders, patterns.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/file_names.h"

namespace tradewind::cli {

// What was met on the way that does not come in, and why.
struct LeftOut {
    std::string name;
    std::string why;
};

struct FoundFiles {
    std::vector<NamedFile> files;
    std::vector<LeftOut> left_out;
};

// All of them are looked for before the first is begun. Links are followed, to folders too, but for
// `**` in a pattern; none leads in a circle, or to a file twice. Hidden files come in only when
// they are named. NotFound: there is no such file, or nothing at all.
Result<FoundFiles> find_files(const std::vector<std::string>& paths);

}  // namespace tradewind::cli
