// Goes through one table folder: its own files and those of its partition folders and dated
// folders, in byte order of their paths.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "crawl/file_report.h"
#include "os/filesystem.h"

namespace tradewind::crawl {

struct WalkVisitor {
    std::function<Result<void>(FoundFile)> file;
    // A folder that could not be listed; its path ends in '/'.
    std::function<void(const std::string& path, const Error& why)> unlisted;
    // A folder that is none of the table's: a table folder of its own.
    std::function<void(std::string path)> folder;
};

// Files whose names are not theirs (hidden, unfinished) are passed by, and so are links to folders,
// which may lead in a circle.
Result<void> walk_table_folder(
    os::Filesystem& files, const std::string& path, const WalkVisitor& visitor
);
// Is a folder of that name part of the table whose folder it lies in?
bool is_part_of_table(std::string_view folder_name);

}  // namespace tradewind::crawl
