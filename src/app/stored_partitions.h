// Whether the streams that are there can be opened as the packages want them.
#pragma once

#include <string>
#include <vector>

#include "app/doctor.h"
#include "app/sources.h"
#include "app/workspace.h"
#include "os/filesystem.h"

namespace tradewind::app {

// An error of a stream with the place in its source's YAML.
Error at_partitions(const Declarations& declared, const std::string& source, Error error);

// What a start would refuse. Reads only.
std::vector<Finding> examine_partitions(
    os::Filesystem& files, const WorkspacePaths& paths, const Declarations& declared
);

}  // namespace tradewind::app
