// What files are to be known by that one command names.
#pragma once

#include <string>
#include <vector>

namespace tradewind::cli {

// A file to import and the name it is known by: its path below the folder that was named, or its
// own.
struct NamedFile {
    std::string path;  // absolute
    std::string identity;
};

// Two files of one name in a command are two files, not a correction: then the folder they lie in
// counts too, and where that is not enough all that tells them apart. No name becomes absolute.
void tell_apart(std::vector<NamedFile>& files);

}  // namespace tradewind::cli
