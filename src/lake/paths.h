// What names may look like inside the lake, and how version files are called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tradewind::lake {

// Linux's limit for a part is 255; 1,024 for the whole leaves room for the root below its 4,096.
constexpr std::size_t path_bytes_max = 1024;
constexpr std::size_t path_part_bytes_max = 255;
constexpr std::size_t hive_value_bytes_max = 128;

constexpr std::string_view versions_folder = "_versions";
constexpr std::string_view scratch_folder = "_scratch";

// InvalidArgument, with what is wrong, unless it is relative, without empty, "..", hidden and
// reserved parts, printable UTF-8 and short enough. `what` begins the message: "data file path".
Result<void> check_path(std::string_view path, std::string_view what);

// The end of a scratch file's name: ".parquet" and such.
Result<void> check_suffix(std::string_view suffix);

// A delta holds what changed since another version, a whole one all files.
enum class VersionKind { Delta, Whole };

struct VersionName {
    std::int64_t number = 0;
    VersionKind kind = VersionKind::Delta;
    bool operator==(const VersionName&) const = default;
};

// "000000000012.json", "000000000012.whole.json"
std::string file_name(VersionName name);
std::optional<VersionName> parse_file_name(std::string_view name);

}  // namespace tradewind::lake
