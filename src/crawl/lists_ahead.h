// Lists the folders that a walk comes to next while it looks at others: most of a crawl without
// change is the kernel looking at files, on one core if nobody helps.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "os/filesystem.h"

namespace tradewind::crawl {

// One thread uses it; `files` is used by several. Holds the entries of at most `folders_max`
// folders, and no further one once there are some ten thousand.
class ListsAhead {
public:
    static constexpr std::size_t folders_max = 32;

    // `folders`: that may be asked for, in this order; some may be left out.
    ListsAhead(os::Filesystem& files, std::vector<std::string> folders)
        : files_(files), folders_(std::move(folders)) {}

    // What the filesystem says of one of the folders; once each.
    Result<std::vector<os::FileInfo>> list(const std::string& folder);

private:
    using Listed = Result<std::vector<os::FileInfo>>;
    void list_next();

    os::Filesystem& files_;
    const std::vector<std::string> folders_;
    std::size_t next_ = 0;
    std::map<std::string, Listed> listed_;
};

}  // namespace tradewind::crawl
