// What opening would wait for, or do things with: pipes, sockets, devices.
#pragma once

#include <string>

namespace tradewind::os {

// Is the path, links followed, of this machine's neither a file nor a folder? False where there is
// nothing.
bool is_special_file(const std::string& path);

}  // namespace tradewind::os
