// The files of packages/ inside the program; embed.cmake writes the other side of this.
#pragma once

#include <span>
#include <string_view>

namespace tradewind::package {

struct EmbeddedFile {
    std::string_view path;  // "online_retail/package.yml"
    std::string_view text;
};

// Sorted by path.
std::span<const EmbeddedFile> embedded_files();

}  // namespace tradewind::package
