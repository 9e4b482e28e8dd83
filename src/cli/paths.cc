#include "cli/paths.h"

#include <filesystem>

namespace tradewind::cli {

Result<std::string> absolute_path(const std::string& given) {
    if (given.empty()) return Error(ErrorCode::InvalidArgument, "an empty path names nothing");
    std::error_code error;
    const auto absolute = std::filesystem::absolute(given, error);
    if (error) {
        return Error(ErrorCode::Io, "where '" + given + "' is cannot be told: " + error.message())
            .with_hint("The current folder may be gone: change to another, or write whole paths.");
    }
    std::string path = absolute.lexically_normal().string();
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

Result<std::string> temporary_folder() {
    std::error_code error;
    const auto folder = std::filesystem::temp_directory_path(error);
    if (!error) return folder.string();
    return Error(ErrorCode::Io, "there is no temporary folder: " + error.message())
        .with_hint("Make the one that TMPDIR names, or name another.");
}

}  // namespace tradewind::cli
