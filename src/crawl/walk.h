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
    // What is passed by though it is there, and why: a finding of that kind.
    std::function<Result<void>(const std::string& path, const char* kind, const std::string& why)>
        passed_by;
    // Files that a link may lead to lie in one of these; real paths.
    std::vector<std::string> link_targets;
};

// Files whose names are not theirs (hidden, unfinished) are passed by. So is, and is told, what
// cannot be read as a file (pipes, sockets, devices), and links: to folders, which may lead in a
// circle, to files that lie elsewhere, to nowhere.
Result<void> walk_table_folder(
    os::Filesystem& files, const std::string& path, const WalkVisitor& visitor
);
// Is a folder of that name part of the table whose folder it lies in?
bool is_part_of_table(std::string_view folder_name);
// Up from a partition folder to the one whose table it is part of.
std::string table_folder_of(std::string folder);

}  // namespace tradewind::crawl
